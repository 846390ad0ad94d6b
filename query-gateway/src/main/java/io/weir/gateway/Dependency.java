package io.weir.gateway;

import io.weir.gateway.config.Role;

/** Something that a role needs and that can be away. */
public interface Dependency {

  /** Returns its name as people know it. */
  String name();

  /** Returns the role that uses it. */
  Role role();

  /** Returns whether the role cannot serve without it. */
  boolean required();

  /**
   * Looks whether it is there, within about a second; blocks.
   *
   * @return one sentence about its state
   * @throws Exception if it is not there, saying why
   */
  String check() throws Exception;
}
