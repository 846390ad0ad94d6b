package io.weir.gateway.auth.oidc;

import io.vertx.core.json.JsonObject;

/**
 * What a token says of something.
 *
 * @param present whether it says anything, be it null or of an unexpected kind
 * @param value what it says; null also if that is null, or unexpected on the way to it
 */
record Claim(boolean present, Object value) {
  private static final Claim ABSENT = new Claim(false, null);
  private static final Claim UNREADABLE = new Claim(true, null);

  /**
   * Returns a claim by its name, or where none has that name by the names of objects in each other,
   * with dots between them. Names that are URLs have dots of their own.
   */
  static Claim of(JsonObject claims, String path) {
    if (claims.containsKey(path)) {
      return new Claim(true, claims.getValue(path));
    }
    JsonObject object = claims;
    String[] names = path.split("\\.", -1);
    for (int i = 0; i < names.length - 1; i++) {
      if (!object.containsKey(names[i])) {
        return ABSENT;
      }
      if (!(object.getValue(names[i]) instanceof JsonObject next)) {
        return UNREADABLE;
      }
      object = next;
    }
    String last = names[names.length - 1];
    return object.containsKey(last) ? new Claim(true, object.getValue(last)) : ABSENT;
  }
}
