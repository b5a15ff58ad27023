package inuse.junit;

import java.lang.annotation.Annotation;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Takes the ports of {@link HeldPort} and {@link HeldPorts}. */
public final class PortExtension implements ParameterResolver {
  private static final Set<Class<?>> ONE =
      Set.of(int.class, Integer.class, inuse.java.HeldPort.class);
  private static final Set<Class<?>> SEVERAL = Set.of(int[].class, inuse.java.HeldPorts.class);

  /** Jupiter makes it. */
  public PortExtension() {}

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return check(parameter, HeldPort.class, ONE, type)
        || check(parameter, HeldPorts.class, SEVERAL, type);
  }

  /** A wrong type is told here: Jupiter would only say that nothing resolves the parameter. */
  private static boolean check(
      ParameterContext parameter,
      Class<? extends Annotation> annotation,
      Set<Class<?>> types,
      Class<?> type) {
    boolean annotated = parameter.isAnnotated(annotation);
    if (annotated && !types.contains(type)) {
      throw new ParameterResolutionException(
          "@"
              + annotation.getSimpleName()
              + " is for parameters of another type than "
              + type.getTypeName());
    }
    return annotated;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    TestPorts ports = TestPorts.of(context);
    Optional<HeldPorts> several = parameter.findAnnotation(HeldPorts.class);
    if (several.isEmpty()) {
      inuse.java.HeldPort held = inuse.java.HeldPort.take();
      ports.hold(held::close, held.port());
      return type.isInstance(held) ? held : (Object) held.port();
    }
    inuse.java.HeldPorts held = inuse.java.HeldPorts.take(several.get().value());
    ports.hold(held::close, held.ports());
    return type.isInstance(held) ? held : held.ports();
  }
}
