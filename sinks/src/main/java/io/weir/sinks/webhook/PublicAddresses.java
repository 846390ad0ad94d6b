package io.weir.sinks.webhook;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Set;
import org.apache.http.conn.DnsResolver;

/**
 * Resolves the names of webhooks when they are connected to, and refuses a name any of whose
 * addresses is not public: what is checked is what is connected to, so that a name cannot be made
 * to mean something else in between. Loopback, link-local (the metadata services of clouds),
 * private, shared, multicast and other special addresses are refused, IPv4 addresses wrapped in
 * IPv6 too.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6890">RFC 6890, special-purpose addresses</a>
 */
final class PublicAddresses implements DnsResolver {
  private final Set<String> allowedPrivateHosts;
  private final Lookup lookup;

  /** Looks names up. */
  interface Lookup {
    InetAddress[] allOf(String host) throws UnknownHostException;
  }

  /**
   * Makes a resolver.
   *
   * @param allowedPrivateHosts hosts that may have any address
   * @param lookup looks names up
   */
  PublicAddresses(Set<String> allowedPrivateHosts, Lookup lookup) {
    this.allowedPrivateHosts = Set.copyOf(allowedPrivateHosts);
    this.lookup = lookup;
  }

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    InetAddress[] addresses = lookup.allOf(host);
    if (!allowedPrivateHosts.contains(host)) {
      for (InetAddress address : addresses) {
        if (!isPublic(address)) {
          throw new UnknownHostException(
              "webhook host '"
                  + host
                  + "' has the address "
                  + address.getHostAddress()
                  + ", which is not public; webhook.allow-private-hosts can allow it");
        }
      }
    }
    return addresses;
  }

  static boolean isPublic(InetAddress address) {
    if (address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    byte[] bytes = address.getAddress();
    return address instanceof Inet4Address
        ? isPublic4(bytes, 0)
        : isPublic6((Inet6Address) address);
  }

  private static boolean isPublic4(byte[] bytes, int at) {
    int a = bytes[at] & 0xff;
    int b = bytes[at + 1] & 0xff;
    int c = bytes[at + 2] & 0xff;
    return !(a == 0
        || a == 10
        || a == 127
        || (a == 100 && b >= 64 && b < 128) // shared by carriers
        || (a == 169 && b == 254)
        || (a == 172 && b >= 16 && b < 32)
        || (a == 192 && b == 168)
        || (a == 192 && b == 0 && (c == 0 || c == 2))
        || (a == 198 && (b == 18 || b == 19 || (b == 51 && c == 100)))
        || (a == 203 && b == 0 && c == 113)
        || a >= 224);
  }

  private static boolean isPublic6(Inet6Address address) {
    byte[] bytes = address.getAddress();
    int first = (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
    if ((first & 0xfe00) == 0xfc00 || first == 0x0100) {
      return false; // unique local, discard
    }
    if (first == 0x2002) {
      return isPublic4(bytes, 2); // 6to4
    }
    if (first == 0x0064 && (bytes[2] & 0xff) == 0xff && (bytes[3] & 0xff) == 0x9b) {
      return isPublic4(bytes, 12); // NAT64
    }
    if (first == 0x2001 && bytes[2] == 0 && bytes[3] == 0) {
      return false; // Teredo hides an address
    }
    boolean zeros = true;
    for (int i = 0; i < 10; i++) {
      zeros &= bytes[i] == 0;
    }
    return !zeros || isPublic4(bytes, 12);
  }
}
