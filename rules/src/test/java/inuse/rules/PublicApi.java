package inuse.rules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a module promises to everyone: the public types of the packages that it exports to all, each
 * with its public and protected members. One line a type, and one a member below it.
 */
final class PublicApi {
  private static final Set<String> OF_EVERY_OBJECT = Set.of("equals", "hashCode", "toString");

  private PublicApi() {}

  static List<String> of(ModuleReference module) {
    Set<String> exported =
        module.descriptor().exports().stream()
            .filter(export -> !export.isQualified())
            .map(ModuleDescriptor.Exports::source)
            .collect(Collectors.toSet());
    try (ModuleReader reader = module.open()) {
      return of(
          reader
              .list()
              .filter(name -> name.endsWith(".class") && name.contains("/"))
              .map(name -> name.substring(0, name.length() - 6).replace('/', '.'))
              .filter(name -> exported.contains(name.substring(0, name.lastIndexOf('.'))))
              .map(PublicApi::load));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> of(Stream<Class<?>> types) {
    return types
        .filter(PublicApi::isVisible)
        .sorted(Comparator.comparing(PublicApi::name))
        .flatMap(type -> Stream.concat(Stream.of(declaration(type)), members(type)))
        .toList();
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, PublicApi.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(name, e);
    }
  }

  private static boolean isVisible(Class<?> type) {
    return Modifier.isPublic(type.getModifiers())
        && !type.isAnonymousClass()
        && !type.isLocalClass()
        && !name(type).endsWith("package-info")
        && (type.getEnclosingClass() == null || isVisible(type.getEnclosingClass()));
  }

  private static String declaration(Class<?> type) {
    StringBuilder text = new StringBuilder("public ");
    int modifiers = type.getModifiers();
    boolean plain = !type.isInterface() && !type.isEnum() && !type.isRecord();
    text.append(plain && Modifier.isAbstract(modifiers) ? "abstract " : "");
    text.append(plain && Modifier.isFinal(modifiers) ? "final " : "");
    text.append(type.isSealed() && !type.isEnum() ? "sealed " : "");
    text.append(kind(type)).append(' ').append(name(type)).append(parameters(type));
    Class<?> above = type.getSuperclass();
    if (plain && above != null && above != Object.class) {
      text.append(" extends ").append(name(type.getGenericSuperclass()));
    }
    if (type.getInterfaces().length > 0) {
      text.append(type.isInterface() ? " extends " : " implements ");
      text.append(names(type.getGenericInterfaces()));
    }
    if (type.isSealed() && !type.isEnum()) {
      text.append(" permits ").append(names(type.getPermittedSubclasses()));
    }
    return text.toString();
  }

  private static String kind(Class<?> type) {
    if (type.isAnnotation()) {
      return "@interface";
    }
    if (type.isInterface()) {
      return "interface";
    }
    if (type.isEnum()) {
      return "enum";
    }
    return type.isRecord() ? "record" : "class";
  }

  private static Stream<String> members(Class<?> type) {
    List<String> lines = new ArrayList<>();
    for (Field field : type.getDeclaredFields()) {
      if (isVisible(field)) {
        lines.add(modifiers(field) + name(field.getGenericType()) + " " + field.getName());
      }
    }
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      if (isVisible(constructor)) {
        String name = type.getSimpleName();
        lines.add(modifiers(constructor) + parameters(constructor) + name + rest(constructor));
      }
    }
    for (Method method : type.getDeclaredMethods()) {
      if (isVisible(method) && !OF_EVERY_OBJECT.contains(method.getName())) {
        String result = name(method.getGenericReturnType()) + " " + method.getName();
        lines.add(modifiers(method) + parameters(method) + result + rest(method));
      }
    }
    return lines.stream().sorted().map(line -> "    " + line);
  }

  /** Nobody outside can extend a final class, and so reach what is protected in it. */
  private static boolean isVisible(Member member) {
    int modifiers = member.getModifiers();
    return !member.isSynthetic()
        && (Modifier.isPublic(modifiers)
            || (Modifier.isProtected(modifiers)
                && !Modifier.isFinal(member.getDeclaringClass().getModifiers())));
  }

  private static String modifiers(Member member) {
    int shown =
        member instanceof Method
            ? Modifier.methodModifiers() & ~Modifier.SYNCHRONIZED
            : Modifier.fieldModifiers();
    String text = Modifier.toString(member.getModifiers() & shown) + " ";
    return member instanceof Method method && method.isDefault() ? text + "default " : text;
  }

  private static String rest(Executable executable) {
    String given = names(executable.getGenericParameterTypes());
    if (executable.isVarArgs()) {
      given = given.substring(0, given.length() - 2) + "...";
    }
    String thrown = names(executable.getGenericExceptionTypes());
    return "(" + given + ")" + (thrown.isEmpty() ? "" : " throws " + thrown);
  }

  private static String parameters(Executable executable) {
    String text = parameters(executable.getTypeParameters());
    return text.isEmpty() ? "" : text + " ";
  }

  private static String parameters(Class<?> type) {
    return parameters(type.getTypeParameters());
  }

  private static String parameters(TypeVariable<?>[] variables) {
    return variables.length == 0
        ? ""
        : Arrays.stream(variables)
            .map(PublicApi::withBounds)
            .collect(Collectors.joining(", ", "<", ">"));
  }

  private static String withBounds(TypeVariable<?> variable) {
    String bounds =
        Arrays.stream(variable.getBounds())
            .filter(bound -> bound != Object.class)
            .map(PublicApi::name)
            .collect(Collectors.joining(" & "));
    return variable.getName() + (bounds.isEmpty() ? "" : " extends " + bounds);
  }

  private static String names(Type[] types) {
    return Arrays.stream(types).map(PublicApi::name).collect(Collectors.joining(", "));
  }

  /** As it is written in a source that imports nothing. */
  private static String name(Type type) {
    return type.getTypeName().replace('$', '.').replace("java.lang.", "");
  }
}
