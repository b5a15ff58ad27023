package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The JSON Schema that {@code inuse schema} prints. */
record PublishedSchema(Schema schema) {
  private static final Map<Way, PublishedSchema> PRINTED = new ConcurrentHashMap<>();

  static PublishedSchema of(Way way) {
    return PRINTED.computeIfAbsent(way, PublishedSchema::print);
  }

  private static PublishedSchema print(Way way) {
    List<String> command = new ArrayList<>(way.command());
    command.add("schema");
    SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    return new PublishedSchema(registry.getSchema(Output.of(command).standardOutput()));
  }

  void assertAllows(Output output) {
    assertThat(complaints(output.standardOutput())).as("the schema about %s", output).isEmpty();
  }

  List<String> complaints(String document) {
    return schema.validate(document, InputFormat.JSON).stream().map(Error::toString).toList();
  }
}
