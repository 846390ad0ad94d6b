package io.weir.harness.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Year;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code bin/vulnerabilities} as on a machine without the internet: with a copy of NVD's data
 * feeds, in which an invented vulnerability stands against the JSON library of one module.
 */
class VulnerabilitiesITCase {
  private static final int FIRST_YEAR = 2002;

  private static final String NOTHING = feed("");

  private static final String VULNERABILITY =
      """
      {"cve": {
        "id": "CVE-2002-99999", "sourceIdentifier": "nobody@example.org", "vulnStatus": "Analyzed",
        "published": "2002-01-01T00:00:00.000", "lastModified": "2002-01-01T00:00:00.000",
        "descriptions": [{"lang": "en", "value": "Invented."}],
        "metrics": {"cvssMetricV31": [{
          "source": "nvd@nist.gov", "type": "Primary", "exploitabilityScore": 3.9, "impactScore": 3.6,
          "cvssData": {
            "version": "3.1", "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H",
            "baseScore": 7.5, "baseSeverity": "HIGH", "attackVector": "NETWORK",
            "attackComplexity": "LOW", "privilegesRequired": "NONE", "userInteraction": "NONE",
            "scope": "UNCHANGED", "confidentialityImpact": "NONE", "integrityImpact": "NONE",
            "availabilityImpact": "HIGH"}}]},
        "weaknesses": [], "references": [],
        "configurations": [{"nodes": [{"operator": "OR", "negate": false, "cpeMatch": [{
          "vulnerable": true, "matchCriteriaId": "00000000-0000-0000-0000-000000000001",
          "criteria": "cpe:2.3:a:fasterxml:jackson-databind:*:*:*:*:*:*:*:*",
          "versionEndExcluding": "%s"}]}]}]
      }}
      """;

  @TempDir Path folder;

  private Path feeds;

  @BeforeEach
  void makeFeeds() throws IOException {
    feeds = Files.createDirectory(folder.resolve("feeds"));
    String now =
        ZonedDateTime.now(ZoneOffset.UTC)
            .format(DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH'\\:'mm'\\:'ss'Z'"));
    StringBuilder properties =
        new StringBuilder("prefix=nvdcve-2.0-\nlastModifiedDate.modified=").append(now);
    write("modified", NOTHING);
    for (int year = FIRST_YEAR; year <= Year.now(ZoneOffset.UTC).getValue(); year++) {
      properties.append("\nlastModifiedDate.").append(year).append('=').append(now);
      write(String.valueOf(year), NOTHING);
    }
    Files.writeString(feeds.resolve("cache.properties"), properties);
  }

  @Test
  void failsOnWhatIsKnownOfTheVersionThatIsShippedAndOfNoOther() throws Exception {
    write("2002", feed(VULNERABILITY.formatted("1000.0.0")));
    Run found = run("database-1");
    assertThat(found.status()).as(found.output()).isEqualTo(1);
    assertThat(found.output()).contains("jackson-databind", "CVE-2002-99999(7.5)");

    write("2002", feed(VULNERABILITY.formatted("2.0.0")));
    Run mended = run("database-2");
    assertThat(mended.status()).as(mended.output()).isZero();
  }

  private Run run(String database) throws Exception {
    Path output = folder.resolve(database + ".log");
    Process process =
        new ProcessBuilder(
                Repository.ROOT.resolve("bin/vulnerabilities").toString(),
                "--feed",
                feeds.toUri().toString(),
                "--data",
                folder.resolve(database).toString(),
                "--modules",
                "model")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    process.getOutputStream().close();
    boolean ended = process.waitFor(5, TimeUnit.MINUTES);
    if (!ended) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    String said = Files.readString(output);
    assertThat(ended).as("ends: %s", said).isTrue();
    return new Run(process.exitValue(), said);
  }

  private void write(String name, String content) throws IOException {
    try (OutputStream file =
            Files.newOutputStream(feeds.resolve("nvdcve-2.0-" + name + ".json.gz"));
        Writer writer =
            new OutputStreamWriter(new GZIPOutputStream(file), StandardCharsets.UTF_8)) {
      writer.write(content);
    }
  }

  private static String feed(String vulnerabilities) {
    return """
        {"resultsPerPage": 0, "startIndex": 0, "totalResults": 0, "format": "NVD_CVE",
         "version": "2.0", "timestamp": "2026-01-01T00:00:00.000", "vulnerabilities": [%s]}
        """
        .formatted(vulnerabilities);
  }

  private record Run(int status, String output) {}
}
