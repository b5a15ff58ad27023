package inuse.junit;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The ports of one context: those that are held for it, and those that it requires. */
@SuppressWarnings("deprecation") // before Jupiter 5.13 a store closes nothing else
final class TestPorts implements ExtensionContext.Store.CloseableResource, AutoCloseable {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(TestPorts.class);

  private final List<Runnable> held = new ArrayList<>();
  private final Set<Integer> numbers = new LinkedHashSet<>();

  private TestPorts() {}

  /** Those of that context itself, to which more can be added. */
  static TestPorts of(ExtensionContext context) {
    return requireNonNull(
        context
            .getStore(NAMESPACE)
            .getOrComputeIfAbsent(key(context), key -> new TestPorts(), TestPorts.class));
  }

  /** The numbers of all of that context and of those around it. */
  static Set<Integer> all(ExtensionContext context) {
    Set<Integer> all = new LinkedHashSet<>();
    Optional<ExtensionContext> next = Optional.of(context);
    while (next.isPresent()) {
      ExtensionContext one = next.get();
      TestPorts ports = one.getStore(NAMESPACE).get(key(one), TestPorts.class);
      if (ports != null) {
        synchronized (ports) {
          all.addAll(ports.numbers);
        }
      }
      next = one.getParent();
    }
    return all;
  }

  /** A store also finds what the contexts around it have. */
  private static String key(ExtensionContext context) {
    return context.getUniqueId();
  }

  /** Ports that are given up when this context ends. */
  synchronized void hold(Runnable giveUp, int... numbers) {
    held.add(giveUp);
    require(numbers);
  }

  /** Ports that have to do with this context. */
  synchronized void require(int... numbers) {
    for (int number : numbers) {
      this.numbers.add(number);
    }
  }

  @Override
  public synchronized void close() {
    held.forEach(Runnable::run);
  }
}
