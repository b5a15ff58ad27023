package inuse.serve.input;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** A certificate and its key in PEM, as {@code openssl req} writes them. */
public final class PemFiles {
  /** RFC 7468, PKCS 8 without a password. */
  private static final Pattern KEY =
      Pattern.compile(
          "-----BEGIN PRIVATE KEY-----(?<key>[A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  private PemFiles() {}

  /**
   * What a server shows.
   *
   * @throws IOException where a file is not what it should be; the message names it
   */
  public static SSLContext context(Path certificate, Path key) throws IOException {
    return context(Optional.of(new Pair(certificate, key)), Optional.empty());
  }

  /** A certificate with its chain, and its key. */
  public record Pair(Path certificate, Path key) {}

  /**
   * For a client, which calls a server by the name in its certificate.
   *
   * @param own what it shows, if anything
   * @param authorities that the server's certificate is to be from; those of Java where it is empty
   * @throws IOException where a file is not what it should be; the message names it
   */
  public static SSLContext client(Optional<Pair> own, Optional<Path> authorities)
      throws IOException {
    for (TrustManager one : trust(authorities).getTrustManagers()) {
      if (one instanceof X509ExtendedTrustManager trust) {
        return context(own, Optional.of(new ServerNameCheck(trust)));
      }
    }
    throw new IOException("TLS: this Java checks no certificates");
  }

  private static SSLContext context(Optional<Pair> own, Optional<TrustManager> trust)
      throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          own.isPresent() ? keys(own.get()).getKeyManagers() : null,
          trust.isPresent() ? new TrustManager[] {trust.get()} : null,
          null);
      return context;
    } catch (GeneralSecurityException broken) {
      throw new IOException("TLS: " + broken.getMessage(), broken);
    }
  }

  private static KeyManagerFactory keys(Pair own) throws IOException {
    Certificate[] chain = certificates(own.certificate());
    char[] none = new char[0];
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, none);
      store.setKeyEntry("own", key(own.key()), none, chain);
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, none);
      return keys;
    } catch (GeneralSecurityException broken) {
      throw new IOException(
          own.certificate() + ", " + own.key() + ": " + broken.getMessage(), broken);
    }
  }

  private static TrustManagerFactory trust(Optional<Path> authorities) throws IOException {
    try {
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(authorities.isPresent() ? store(authorities.get()) : null);
      return trust;
    } catch (GeneralSecurityException broken) {
      throw new IOException("TLS: " + broken.getMessage(), broken);
    }
  }

  private static KeyStore store(Path authorities) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, new char[0]);
    Certificate[] all = certificates(authorities);
    for (int i = 0; i < all.length; i++) {
      store.setCertificateEntry("authority" + i, all[i]);
    }
    return store;
  }

  private static Certificate[] certificates(Path file) throws IOException {
    Certificate[] chain;
    try {
      chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)))
              .toArray(Certificate[]::new);
    } catch (CertificateException broken) {
      throw new IOException(file + ": " + broken.getMessage(), broken);
    }
    if (chain.length == 0) {
      throw new IOException(file + " has no certificate in PEM");
    }
    return chain;
  }

  private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
    Matcher pem = KEY.matcher(Files.readString(file, StandardCharsets.US_ASCII));
    if (!pem.find()) {
      throw new IOException(
          file + " has no key in PKCS 8 (BEGIN PRIVATE KEY): openssl pkcs8 -topk8 -nocrypt");
    }
    PKCS8EncodedKeySpec encoded =
        new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group("key")));
    for (String algorithm : List.of("EC", "RSA", "Ed25519")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
      } catch (InvalidKeySpecException another) {
        // The next one.
      }
    }
    throw new IOException(file + " has a key that is neither RSA nor EC nor Ed25519");
  }
}
