import java.io.File;
import org.cyclonedx.Version;
import org.cyclonedx.parsers.JsonParser;

/** Validates a bill of materials against CycloneDX's own schema; prints what is wrong with it. */
final class Valid {
  public static void main(String[] files) throws Exception {
    var faults = new JsonParser().validate(new File(files[0]), Version.VERSION_16);
    faults.forEach(System.out::println);
    System.exit(faults.isEmpty() ? 0 : 1);
  }
}
