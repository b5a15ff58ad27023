package inuse.run.remote;

import java.util.Optional;

/**
 * What one host answered; all of it is that host's word.
 *
 * @param status the exit status of inuse there; empty where it did not run
 * @param output one char a byte
 * @param problem why there is no answer
 */
public record RemoteAnswer(
    RemoteHost host,
    Optional<Integer> status,
    String output,
    String errors,
    Optional<String> problem) {}
