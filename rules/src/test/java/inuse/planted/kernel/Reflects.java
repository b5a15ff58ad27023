package inuse.planted.kernel;

final class Reflects {
  private Reflects() {}

  static Object[] methods() {
    return Reflects.class.getDeclaredMethods();
  }
}
