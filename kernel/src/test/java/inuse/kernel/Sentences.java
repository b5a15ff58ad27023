package inuse.kernel;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.DisplayNameGenerator;

/**
 * The name of a test, read in reports as the sentence that it is; in every module, by the root's
 * pom.
 */
public final class Sentences extends DisplayNameGenerator.Standard {
  /** {@code aPortThatIsFree} is {@code A port that is free}. */
  public static String of(String name) {
    String words =
        name.replaceAll("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ")
            .toLowerCase(Locale.ROOT);
    return Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }

  @Override
  public String generateDisplayNameForMethod(
      List<Class<?>> enclosingInstanceTypes, Class<?> testClass, Method testMethod) {
    return of(testMethod.getName());
  }
}
