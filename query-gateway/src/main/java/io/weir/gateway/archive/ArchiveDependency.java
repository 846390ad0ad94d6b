package io.weir.gateway.archive;

import io.weir.gateway.Dependency;
import io.weir.gateway.config.Role;
import io.weir.gateway.segments.ArchiveFiles;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;

/** The archive; only the list of segments needs it. */
public final class ArchiveDependency implements Dependency {
  private final ArchiveFiles archive;

  public ArchiveDependency(ArchiveFiles archive) {
    this.archive = Objects.requireNonNull(archive, "archive");
  }

  @Override
  public String name() {
    return "archive";
  }

  @Override
  public Role role() {
    return Role.SEARCH;
  }

  @Override
  public boolean required() {
    return false;
  }

  @Override
  public String check() throws IOException {
    archive.list(Optional.empty(), 1);
    return archive.location() + " can be listed";
  }
}
