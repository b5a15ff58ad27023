package inuse.java;

/**
 * What touches the port and blocks nothing.
 *
 * @param id its name, such as {@code client}; a newer executable may have further ones
 * @param summary it in a sentence
 */
public record Note(String id, String summary) {}
