package inuse.rules;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Classes that no way leads back to: from the package of what they use to their own. ArchUnit's
 * slices are not used for it, because of several circles that have nothing in common they miss some
 * (1.5.0).
 */
final class PackageCircles extends ArchCondition<JavaClass> {
  private final Map<String, Set<String>> uses = new TreeMap<>();

  PackageCircles() {
    super("be on no circle of packages");
  }

  @Override
  public void init(Collection<JavaClass> types) {
    uses.clear();
    types.forEach(type -> uses.putIfAbsent(type.getPackageName(), new TreeSet<>()));
    for (JavaClass type : types) {
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        if (uses.containsKey(used(dependency))) {
          uses.computeIfAbsent(type.getPackageName(), _ -> new TreeSet<>()).add(used(dependency));
        }
      }
    }
  }

  @Override
  public void check(JavaClass type, ConditionEvents events) {
    for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
      String used = used(dependency);
      boolean leadsOut = used.equals(type.getPackageName()) || !leads(used, type.getPackageName());
      events.add(new SimpleConditionEvent(type, leadsOut, dependency.getDescription()));
    }
  }

  private boolean leads(String from, String to) {
    Set<String> seen = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(Set.of(from));
    while (!open.isEmpty()) {
      String next = open.pop();
      if (next.equals(to)) {
        return true;
      }
      if (seen.add(next)) {
        open.addAll(uses.getOrDefault(next, Set.of()));
      }
    }
    return false;
  }

  private static String used(Dependency dependency) {
    return dependency.getTargetClass().getBaseComponentType().getPackageName();
  }
}
