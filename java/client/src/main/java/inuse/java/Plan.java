package inuse.java;

/**
 * What {@link Inuse#free} would do.
 *
 * @param target the address that is to be given back
 * @param text who would be ended and how, in lines for people; names of processes in it were chosen
 *     by them
 */
public record Plan(String target, String text) {}
