/**
 * The rule of bind and listen held against the kernel: random holders and a random newcomer are
 * made for real, and what the rule says of what was read about them is compared with what the
 * kernel does. Runs inside the network namespace.
 */
@NullMarked
package inuse.zoo.oracle;

import org.jspecify.annotations.NullMarked;
