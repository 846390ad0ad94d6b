package io.weir.operators.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import net.jpountz.lz4.LZ4Factory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class NativeLz4Test {

  @Test
  @EnabledOnOs(OS.LINUX)
  void kafkasClientPicksNativeCodeHoweverOftenItIsLoaded() {
    NativeLz4.load();
    NativeLz4.load();

    assertThat(LZ4Factory.fastestInstance()).hasToString("LZ4Factory:JNI");
  }
}
