package io.weir.jobs.tasks;

import io.weir.jobs.options.AllOptions;
import io.weir.jobs.options.ElasticsearchOptions;
import io.weir.jobs.options.OptionGroup;
import io.weir.jobs.options.OptionValues;
import io.weir.jobs.options.PromotedOptions;
import io.weir.jobs.options.RunReportOptions;
import io.weir.jobs.options.TemplateOptions;
import io.weir.sinks.elasticsearch.ElasticsearchConnection;
import io.weir.sinks.elasticsearch.IndexTemplateSettings;
import io.weir.sinks.elasticsearch.IndexTemplates;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.elasticsearch.client.RestClient;

/** Puts the index template of the hot indices in place. */
public final class InstallTemplates implements Task {

  /** Runs the task; see {@code --help}. */
  public static void main(String[] args) {
    System.exit(TaskRunner.run(new InstallTemplates(), args, System.out, System.err));
  }

  @Override
  public String name() {
    return "InstallTemplates";
  }

  @Override
  public String summary() {
    return "puts the index template of the hot indices in place, and changes nothing when it is"
        + " there. A change holds for indices created after it.";
  }

  @Override
  public List<OptionGroup> options() {
    return List.of(
        ElasticsearchOptions.GROUP,
        PromotedOptions.GROUP,
        TemplateOptions.GROUP,
        RunReportOptions.GROUP);
  }

  @Override
  public Map<String, Long> run(String[] args, PrintStream out) throws IOException {
    OptionValues values = OptionValues.read(args, options(), AllOptions.GROUPS);
    Optional<ElasticsearchConnection> connection = ElasticsearchOptions.read(values);
    Optional<IndexTemplateSettings> settings = TemplateOptions.read(values);
    var unused = RunReportOptions.readPushgateway(values);
    values.throwIfInvalid();
    try (RestClient client = connection.orElseThrow().open(1)) {
      out.println(new IndexTemplates(client).install(settings.orElseThrow()));
      return Map.of();
    }
  }
}
