package io.weir.gateway.auth.oidc;

import io.weir.gateway.auth.Scope;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Whose tokens are taken, and what they allow.
 *
 * @param issuer of the tokens; below it lies the provider's description of itself
 * @param audience that a token has to be meant for
 * @param userClaim name of the caller for people
 * @param rolesClaim path, with dots, of the list of roles
 * @param roles that stand for each scope
 * @param servicesClaim path of the list of services that a caller is restricted to; a token without
 *     it is not restricted
 * @param caCertificate of the authority to trust for https
 * @param refreshInterval how often the provider's keys are fetched again
 */
public record OidcSettings(
    URI issuer,
    String audience,
    String userClaim,
    String rolesClaim,
    Map<Scope, String> roles,
    String servicesClaim,
    Optional<Path> caCertificate,
    Duration refreshInterval) {
  public OidcSettings {
    Objects.requireNonNull(issuer, "issuer");
    Objects.requireNonNull(audience, "audience");
    Objects.requireNonNull(userClaim, "userClaim");
    Objects.requireNonNull(rolesClaim, "rolesClaim");
    roles = Map.copyOf(roles);
    Objects.requireNonNull(servicesClaim, "servicesClaim");
    Objects.requireNonNull(caCertificate, "caCertificate");
    Objects.requireNonNull(refreshInterval, "refreshInterval");
  }
}
