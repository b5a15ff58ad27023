package inuse.planted.kernel;

final class PortUtils {
  private PortUtils() {}
}
