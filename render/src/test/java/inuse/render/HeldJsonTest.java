package inuse.render;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import inuse.core.Hold;
import inuse.core.evidence.ErrnoName;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is held, as its schema sees it. */
final class HeldJsonTest {
  private static final PortTarget EVERYWHERE =
      new PortTarget(Protocol.TCP, Optional.empty(), new Port(8080));

  private static final PortTarget LOCAL =
      new PortTarget(Protocol.TCP, Optional.of(IpAddress.LOOPBACK_V6), new Port(61_000));

  private static final String HELD =
      HeldJson.held("0.1.0", 812, List.of(EVERYWHERE, LOCAL), List.of("web"));

  private static List<com.networknt.schema.Error> problems(String document) {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(Schema.TEXT)
        .validate(document, InputFormat.JSON);
  }

  @Test
  void whatIsHeldIsOneLineAsTheSchemaSays() {
    assertThat(problems(HELD)).isEmpty();
    assertThat(HELD)
        .hasLineCount(1)
        .endsWith("\n")
        .contains(
            "{\"name\": \"web\",\"target\": {\"protocol\": \"tcp\",\"address\": \"*\",\"port\":"
                + " 8080}}")
        .contains(
            "{\"name\": null,\"target\": {\"protocol\": \"tcp\",\"address\": \"::1\",\"port\":"
                + " 61000}}");
  }

  @Test
  void whatIsRefusedIsToldWithItsErrno() {
    String refused =
        HeldJson.refused(
            "0.1.0", 812, List.of(new Hold.RefusedPort(EVERYWHERE, ErrnoName.EADDRINUSE)));

    assertThat(problems(refused)).isEmpty();
    assertThat(refused).contains("\"held\": [],").contains("\"errno\": \"EADDRINUSE\"");
  }

  @Test
  void theSchemaRefusesAnythingElse() {
    assertThat(problems(HELD.replace("inuse.hold/1", "inuse.hold/2"))).isNotEmpty();
    assertThat(problems(HELD.replace("\"tcp\"", "\"udp\""))).isNotEmpty();
    assertThat(problems(HELD.replace("\"pid\": 812", "\"pid\": 0"))).isNotEmpty();
  }
}
