package inuse.planted.core.common;

final class Something {
  private Something() {}
}
