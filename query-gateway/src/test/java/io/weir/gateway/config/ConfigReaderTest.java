package io.weir.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weir.model.index.PromotedFields;
import io.weir.model.kafka.PartitionSets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigReaderTest {

  @Test
  void listensOnLoopbackWithAllRolesUnlessToldOtherwise() {
    GatewayConfig config = ConfigReader.read(List.of());
    assertThat(config.http().host()).isEqualTo("127.0.0.1");
    assertThat(config.http().port()).isEqualTo(8080);
    assertThat(config.roles()).containsExactlyInAnyOrder(Role.values());
    assertThat(config.search().shardTimeout()).isEqualTo(Duration.ofSeconds(4));
  }

  @Test
  void doesNotListenToEverybodyUnlessSomebodyIsAskedOrItIsMeant(@TempDir Path folder)
      throws IOException {
    String file = Files.writeString(folder.resolve("f"), "x").toString();
    for (String host : List.of("0.0.0.0", "::", "192.0.2.1")) {
      InvalidConfigurationException e =
          catchThrowableOfType(
              InvalidConfigurationException.class,
              () -> ConfigReader.read(List.of("--http.host", host)));
      assertThat(e.errors())
          .singleElement()
          .asString()
          .startsWith("http.host: '" + host + "' is not loopback")
          .contains("auth.keys-file", "oidc.issuer", "http.tls.client-ca", "auth.allow-anonymous");
    }
    for (List<String> allowed :
        List.of(
            List.of("--http.host", "127.0.0.2"),
            List.of("--http.host", "localhost"),
            List.of("--http.host", "0.0.0.0", "--auth.allow-anonymous", "true"),
            List.of("--http.host", "0.0.0.0", "--auth.keys-file", file),
            List.of(
                "--http.host", "0.0.0.0", "--oidc.issuer", "https://id", "--oidc.audience", "w"),
            List.of(
                "--http.host",
                "0.0.0.0",
                "--http.tls.certificate",
                file,
                "--http.tls.key",
                file,
                "--http.tls.client-ca",
                file))) {
      assertThat(ConfigReader.read(allowed).http().host()).as(allowed.toString()).isNotEmpty();
    }
  }

  @Test
  void whatBelongsTogetherHasToBeGivenTogether(@TempDir Path folder) throws IOException {
    String file = Files.writeString(folder.resolve("f"), "x").toString();
    assertThat(
            catchThrowableOfType(
                    InvalidConfigurationException.class,
                    () ->
                        ConfigReader.read(
                            List.of(
                                "--http.tls.certificate",
                                file,
                                "--oidc.issuer",
                                "https://id",
                                "--auth.keys-file",
                                "/nowhere/keys",
                                "--http.cors-origins",
                                "https://a.example, *, https://b.example/path")))
                .errors())
        .anyMatch(error -> error.startsWith("http.tls.certificate: needs http.tls.key"))
        .anyMatch(error -> error.startsWith("oidc.issuer: needs oidc.audience"))
        .anyMatch(error -> error.startsWith("auth.keys-file: cannot read"))
        .anyMatch(error -> error.startsWith("http.cors-origins: '*' is not an origin"))
        .anyMatch(error -> error.startsWith("http.cors-origins: 'https://b.example/path'"))
        .hasSize(5);
  }

  @Test
  void letsArgumentsWinOverTheFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("gateway.yaml");
    Files.writeString(
        file,
        """
        # the port is given twice, here and as an argument
        http.port: 1
        roles: [search]
        elasticsearch.hosts:
          - http://one:9200
          - https://two:9200
        search.max-range: 7 d
        ingest.max-body-bytes: 1 MiB
        kafka.properties.linger.ms: 20
        """);
    GatewayConfig config =
        ConfigReader.read(List.of("--config", file.toString(), "--http.port", "2"));
    assertThat(config.http().port()).isEqualTo(2);
    assertThat(config.roles()).containsExactly(Role.SEARCH);
    assertThat(config.elasticsearch().hosts()).extracting(Object::toString).hasSize(2);
    assertThat(config.search().maxRange()).isEqualTo(Duration.ofDays(7));
    assertThat(config.ingest().maxBodyBytes()).isEqualTo(1 << 20);
    assertThat(config.kafka().properties()).containsEntry("linger.ms", "20");
  }

  @Test
  void reportsEveryErrorAtOnceWithItsKey(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("gateway.yaml");
    Files.writeString(file, "htp.port: 1\nhttp: {port: 3}\nsearch.shard-timeout: soon\n");
    InvalidConfigurationException e =
        catchThrowableOfType(
            InvalidConfigurationException.class,
            () ->
                ConfigReader.read(
                    List.of(
                        "--config",
                        file.toString(),
                        "--http.port",
                        "99999",
                        "--roles",
                        "ingest,tail-of-dog",
                        "--archive.uri",
                        "ftp://x",
                        "--elasticsearch.username",
                        "me",
                        "--ingest.shed-trace-at",
                        "0.9",
                        "--kafka.compression",
                        "gzip",
                        "stray",
                        "--last")));
    assertThat(String.join("\n", e.errors()))
        .contains("argument 'stray': expected --key value")
        .contains("last: has no value")
        .contains("http: is nested in the file")
        .contains("htp.port: no such setting")
        .contains("search.shard-timeout: 'soon' is not a duration")
        .contains("http.port: '99999' is not between 0 and 65535")
        .contains("roles: 'ingest,tail-of-dog' knows only ingest, search, tail, metrics, rules")
        .contains("archive.uri: 'ftp://x' is not file:///path or s3://bucket/prefix")
        .contains("elasticsearch.username: needs elasticsearch.password")
        .contains("ingest.shed-debug-at: is below ingest.shed-trace-at")
        .contains("kafka.compression: 'gzip' is not lz4, zstd or none");
    assertThat(e.errors()).hasSize(11);
  }

  @Test
  void refusesLimitsUnderWhichNoRequestCouldBeTaken() {
    InvalidConfigurationException e =
        catchThrowableOfType(
            InvalidConfigurationException.class,
            () -> ConfigReader.read(List.of("--ingest.max-in-flight-bytes", "1MiB")));
    assertThat(e.errors())
        .singleElement()
        .asString()
        .contains("ingest.max-in-flight-bytes: is smaller than");
  }

  @Test
  void readsPromotedFields() {
    assertThat(TestingConfig.with().elasticsearch().promoted()).isEqualTo(PromotedFields.NONE);
    assertThat(
            TestingConfig.with("elasticsearch.promoted-fields", "status=long, user_id=keyword")
                .elasticsearch()
                .promoted())
        .isEqualTo(PromotedFields.parse(List.of("status=long", "user_id=keyword")));
    assertThatThrownBy(() -> TestingConfig.with("elasticsearch.promoted-fields", "status"))
        .hasMessageContaining("elasticsearch.promoted-fields: 'status' is not usable")
        .hasMessageContaining("'status' is not field=type");
  }

  @Test
  void readsPartitionSets() {
    assertThat(TestingConfig.with().ingest().partitionSets()).isEqualTo(PartitionSets.NONE);
    assertThat(
            TestingConfig.with("ingest.partition-sets", "payments=8, checkout=4")
                .ingest()
                .partitionSets()
                .sizes())
        .isEqualTo(Map.of("payments", 8, "checkout", 4));
    assertThatThrownBy(() -> TestingConfig.with("ingest.partition-sets", "payments=0"))
        .hasMessageContaining(
            "ingest.partition-sets: 'payments=0' is not usable: payments: 0 keys");
  }

  @Test
  void namesAFileThatIsNotThere() {
    InvalidConfigurationException e =
        catchThrowableOfType(
            InvalidConfigurationException.class,
            () -> ConfigReader.read(List.of("--config", "/no/such/file.yaml")));
    assertThat(e.errors())
        .singleElement()
        .asString()
        .startsWith("config: cannot read /no/such/file.yaml");
  }
}
