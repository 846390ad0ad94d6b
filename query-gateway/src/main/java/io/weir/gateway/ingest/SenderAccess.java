package io.weir.gateway.ingest;

import io.weir.gateway.auth.ServiceAccess;

/** Refuses, one by one, records of services that their sender may not write to. */
public final class SenderAccess {
  /** Reason of a refusal. */
  public static final String NOT_ALLOWED = "service_not_allowed";

  /** The tag of a point that says whose it is. */
  public static final String SERVICE_TAG = "service";

  private SenderAccess() {}

  /** Returns what a refusal says. */
  public static String detail(ServiceAccess access, String service) {
    return (service == null ? "no service is named" : "it is of another service")
        + ", and this caller may send for "
        + access.names()
        + " only";
  }
}
