/**
 * A fleet over NATS JetStream: hosts that answer questions and hand on what was recorded, and the
 * command that asks them. It only asks: nothing is changed over it.
 */
@NullMarked
package inuse.serve.fleet;

import org.jspecify.annotations.NullMarked;
