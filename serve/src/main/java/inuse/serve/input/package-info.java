/** What a user gave: words of a command line, and files in PEM. */
@NullMarked
package inuse.serve.input;

import org.jspecify.annotations.NullMarked;
