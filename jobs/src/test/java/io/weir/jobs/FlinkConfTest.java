package io.weir.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlinkConfTest {
  private static final List<Class<?>> OPTION_CLASSES =
      List.of(
          CheckpointingOptions.class,
          CoreOptions.class,
          PipelineOptions.class,
          RestartStrategyOptions.class,
          StateBackendOptions.class);

  @ParameterizedTest
  @ValueSource(
      strings = {"logs-job.yaml", "metrics-job.yaml", "log-metrics-job.yaml", "alerts-job.yaml"})
  void everyKeyIsAnOptionOfFlinkAndItsValueIsReadable(String file) {
    Map<String, String> options = FlinkConf.read(file);
    Configuration configuration = Configuration.fromMap(options);
    Map<String, ConfigOption<?>> known =
        OPTION_CLASSES.stream()
            .flatMap(FlinkConfTest::optionsOf)
            .collect(Collectors.toMap(ConfigOption::key, option -> option, (a, b) -> a));

    assertThat(known.keySet()).containsAll(options.keySet());
    options.keySet().forEach(key -> assertThat(configuration.get(known.get(key))).isNotNull());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"logs-job.yaml", "metrics-job.yaml", "log-metrics-job.yaml", "alerts-job.yaml"})
  void noKeyIsThePrefixOfAnother(String file) {
    Set<String> keys = new HashSet<>(FlinkConf.read("config.yaml").keySet());
    keys.addAll(FlinkConf.read(file).keySet());

    for (String key : keys) {
      assertThat(keys).noneMatch(other -> other.startsWith(key + "."));
    }
  }

  private static Stream<ConfigOption<?>> optionsOf(Class<?> type) {
    return Stream.of(type.getFields())
        .filter(field -> Modifier.isStatic(field.getModifiers()))
        .filter(field -> field.getType() == ConfigOption.class)
        .map(FlinkConfTest::valueOf);
  }

  private static ConfigOption<?> valueOf(Field field) {
    try {
      return (ConfigOption<?>) field.get(null);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }
}
