/**
 * The goals of the Maven plugin: hold ports for a build, check that ports are free, explain one.
 */
@NullMarked
package inuse.maven;

import org.jspecify.annotations.NullMarked;
