package inuse.kernel.fake;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.DisplayNameGenerator;

/**
 * Display names for reports: the name of a test as a sentence. The root's pom configures it in
 * every module.
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
