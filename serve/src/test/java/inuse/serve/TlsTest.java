package inuse.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import inuse.serve.input.PemFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS by files in PEM. */
final class TlsTest {
  private static final char[] PASSWORD = "password".toCharArray();

  @TempDir private Path directory;

  private KeyStore made(String algorithm)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path store = directory.resolve("store");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD),
                "-alias",
                "one",
                "-keyalg",
                algorithm,
                "-dname",
                "CN=localhost",
                "-ext",
                "san=ip:127.0.0.1")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream file = Files.newInputStream(store)) {
      keys.load(file, PASSWORD);
    }
    return keys;
  }

  private Path pem(String name, String title, byte[] content) throws IOException {
    return Files.writeString(
        directory.resolve(name),
        "-----BEGIN "
            + title
            + "-----\n"
            + Base64.getMimeEncoder().encodeToString(content)
            + "\n-----END "
            + title
            + "-----\n");
  }

  private static SSLContext trusting(KeyStore keys) throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, PASSWORD);
    trusted.setCertificateEntry("one", keys.getCertificate("one"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA", "Ed25519"})
  void thePageIsServedWithACertificate(String algorithm)
      throws IOException, InterruptedException, GeneralSecurityException, SQLException {
    KeyStore keys = made(algorithm);
    Path certificate = pem("cert.pem", "CERTIFICATE", keys.getCertificate("one").getEncoded());
    Path key = pem("key.pem", "PRIVATE KEY", keys.getKey("one", PASSWORD).getEncoded());
    ServeOptions options =
        ServeOptions.parse(
            List.of(
                "--listen=127.0.0.1:0",
                "--directory=" + directory.resolve("none"),
                "--data=" + directory.resolve("data"),
                "--tls-certificate=" + certificate,
                "--tls-key=" + key),
            Map.of());
    try (Serve serve = Serve.start(options);
        HttpClient client = HttpClient.newBuilder().sslContext(trusting(keys)).build()) {
      assertThat(serve.address()).startsWith("https://127.0.0.1:");
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(serve.address() + "api/refused"))
              .header("Origin", serve.address().substring(0, serve.address().length() - 1))
              .timeout(Duration.ofSeconds(60))
              .build();
      assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void filesThatAreNotWhatTheyShouldBeAreTold()
      throws IOException, InterruptedException, GeneralSecurityException {
    KeyStore keys = made("EC");
    Path certificate = pem("cert.pem", "CERTIFICATE", keys.getCertificate("one").getEncoded());
    Path other = pem("key.pem", "EC PRIVATE KEY", new byte[] {1, 2, 3});
    assertThatThrownBy(() -> PemFiles.context(certificate, other))
        .hasMessageContaining("key.pem has no key in PKCS 8");
    Path broken = pem("broken.pem", "PRIVATE KEY", new byte[] {1, 2, 3});
    assertThatThrownBy(() -> PemFiles.context(certificate, broken))
        .hasMessageContaining("broken.pem");
    Path empty = Files.writeString(directory.resolve("empty.pem"), "");
    assertThatThrownBy(() -> PemFiles.context(empty, broken)).hasMessageContaining("empty.pem");
  }
}
