package io.weir.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line of alert rules and of dashboards: what can be done with either. */
@Command(mixinStandardHelpOptions = true)
final class DocumentCommands {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final String VERSION = "version";

  private final Weir weir;
  private final String name;
  private final String path;

  /**
   * @param name of one document
   */
  DocumentCommands(Weir weir, String name) {
    this.weir = Objects.requireNonNull(weir, "weir");
    this.name = Objects.requireNonNull(name, "name");
    this.path = name + "s";
  }

  static String checkedId(String id) {
    if (!ID.matcher(id).matches()) {
      throw new GatewayCallException("'" + id + "' is no id: letters, digits, - and _");
    }
    return id;
  }

  @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists all of them.")
  int list() throws InterruptedException {
    Terminal output = weir.output();
    JsonNode answer = weir.client().get(path, new GatewayClient.Query());
    for (JsonNode document : answer.path(path)) {
      if (output.writesJson()) {
        output.json(document);
      } else {
        output.line(
            String.format(
                "%-20s version %-6d %s",
                document.path("id").asText(), document.path(VERSION).asLong(), title(document)));
      }
    }
    for (JsonNode id : answer.path("unreadable")) {
      weir.warn("'" + id.asText() + "' is in the topic but is no " + name);
    }
    return answer.has("unreadable") ? Weir.EXIT_FAILED : 0;
  }

  private static String title(JsonNode document) {
    for (String member : List.of("title", "name", "metric", "query")) {
      if (document.hasNonNull(member)) {
        return document.path(member).asText();
      }
    }
    return document.path("first").asText();
  }

  @Command(
      name = "get",
      mixinStandardHelpOptions = true,
      description = "Shows one as JSON, as apply takes it.")
  int get(@Parameters(paramLabel = "ID") String id) throws InterruptedException {
    weir.output()
        .document(weir.client().get(path + "/" + checkedId(id), new GatewayClient.Query()));
    return 0;
  }

  @Command(
      name = "apply",
      mixinStandardHelpOptions = true,
      description = {
        "Creates what is not there and replaces what is.",
        "Reads one JSON object or a list of them. One without an id is created anew; one with a"
            + " version replaces only that version."
      })
  int apply(
      @Parameters(
              arity = "0..1",
              paramLabel = "FILE",
              description = "What to read; standard input if absent or -.")
          Path file)
      throws InterruptedException, IOException {
    for (ObjectNode document : documents(read(file))) {
      apply(document);
    }
    return 0;
  }

  private byte[] read(Path file) throws IOException {
    if (file == null || file.toString().equals("-")) {
      return weir.in().readAllBytes();
    }
    try (InputStream content = Files.newInputStream(file)) {
      return content.readAllBytes();
    } catch (NoSuchFileException e) {
      throw new GatewayCallException("there is no file " + file);
    }
  }

  private List<ObjectNode> documents(byte[] text) throws IOException {
    JsonNode tree;
    try {
      tree = JSON.readTree(text);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new GatewayCallException("the input is not JSON: " + e.getOriginalMessage());
    }
    JsonNode list = tree.isObject() && tree.path(path).isArray() ? tree.path(path) : tree;
    List<ObjectNode> documents = new ArrayList<>();
    for (JsonNode each : list.isArray() ? list : List.of(list)) {
      if (!(each instanceof ObjectNode document)) {
        throw new GatewayCallException("the input is no " + name + " and no list of them");
      }
      documents.add(document);
    }
    return documents;
  }

  private void apply(ObjectNode document) throws InterruptedException, IOException {
    GatewayClient client = weir.client();
    byte[] body = JSON.writeValueAsBytes(document);
    String id = document.path("id").asText(null);
    JsonNode current = id == null ? null : current(client, checkedId(id));
    if (current == null) {
      document.remove(VERSION); // it was deleted, or comes from elsewhere
      JsonNode answer = client.post(path, JSON.writeValueAsBytes(document), "");
      done("created", answer);
      return;
    }
    if (same(document, current)) {
      done("unchanged", ((ObjectNode) current).set(name + "_id", current.path("id")));
      return;
    }
    JsonNode version = document.hasNonNull(VERSION) ? document.get(VERSION) : current.get(VERSION);
    done("replaced", client.put(path + "/" + id, body, '"' + version.asText() + '"'));
  }

  private JsonNode current(GatewayClient client, String id) throws InterruptedException {
    try {
      return client.get(path + "/" + id, new GatewayClient.Query());
    } catch (GatewayCallException e) {
      if (e.problem().path("type").asText().endsWith(":not-found")) {
        return null;
      }
      throw e;
    }
  }

  private static boolean same(ObjectNode document, JsonNode current) {
    ObjectNode one = document.deepCopy().without(VERSION);
    ObjectNode other = current.<ObjectNode>deepCopy().without(VERSION);
    return one.equals(other);
  }

  private void done(String what, JsonNode answer) {
    Terminal output = weir.output();
    if (output.writesJson()) {
      output.json(answer);
    } else {
      output.line(
          String.format(
              "%s %s %s, version %d",
              name, answer.path(name + "_id").asText(), what, answer.path(VERSION).asLong()));
    }
  }

  @Command(name = "delete", mixinStandardHelpOptions = true, description = "Deletes one.")
  int delete(
      @Parameters(paramLabel = "ID") String id,
      @Option(names = "--if-version", description = "Only if it has this version.") Long version)
      throws InterruptedException {
    weir.client().delete(path + "/" + checkedId(id), version == null ? "*" : "\"" + version + "\"");
    weir.output().line(name + " " + id + " deleted");
    return 0;
  }
}
