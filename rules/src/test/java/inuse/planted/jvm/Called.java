package inuse.planted.jvm;

/** An implementation of the port, for others to know. */
public record Called(int number) {}
