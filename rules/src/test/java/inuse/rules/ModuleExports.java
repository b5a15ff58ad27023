package inuse.rules;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleReference;
import java.util.Map;
import java.util.Optional;

/**
 * Classes that use only packages which another module exports to theirs. The compiler sees to that
 * between the modules that have a module-info; the others are compiled on the class path, where all
 * is open to them.
 */
final class ModuleExports extends ArchCondition<JavaClass> {
  private final String root;
  private final Map<String, ModuleReference> modules = Modules.ours();

  ModuleExports(String root) {
    super("use only packages that are exported to their module");
    this.root = root;
  }

  @Override
  public void check(JavaClass type, ConditionEvents events) {
    for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
      String used = dependency.getTargetClass().getBaseComponentType().getPackageName();
      events.add(
          new SimpleConditionEvent(
              type, isExported(used, type.getPackageName()), dependency.getDescription()));
    }
  }

  private boolean isExported(String used, String by) {
    if (!used.startsWith(root + ".") || module(used).equals(module(by))) {
      return true;
    }
    Optional<ModuleReference> module = Optional.ofNullable(modules.get(module(used)));
    return module.isEmpty()
        || Modules.export(module.get().descriptor(), "inuse" + used.substring(root.length()))
            .filter(export -> !export.isQualified() || export.targets().contains(module(by)))
            .isPresent();
  }

  /**
   * A module is called after the package that all of it is in: that of inuse.core.ask is
   * inuse.core.
   */
  private String module(String name) {
    int end = name.indexOf('.', root.length() + 1);
    return "inuse" + name.substring(root.length(), end < 0 ? name.length() : end);
  }

  /** Whether one of these classes uses a package that is exported to its module by name. */
  static boolean isUsed(ModuleDescriptor.Exports export, String target, Iterable<JavaClass> types) {
    for (JavaClass type : types) {
      if ((type.getPackageName() + ".").startsWith(target + ".")
          && type.getDirectDependenciesFromSelf().stream()
              .anyMatch(dependency ->
                  dependency
                      .getTargetClass()
                      .getBaseComponentType()
                      .getPackageName()
                      .equals(export.source()))) {
        return true;
      }
    }
    return false;
  }
}
