package inuse.planted.kernel;

/** Something of the kernel, for others to know. */
public final class Asked {
  private Asked() {}
}
