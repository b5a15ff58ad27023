package inuse.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test or a lifecycle method that fails by a refused bind gets what holds the port: as a {@link
 * RefusedBind} among the suppressed exceptions of its failure, and as the report entry {@code
 * inuse}. The failure itself stays as it is.
 *
 * <p>The other annotations of this package do so for their tests too. For every test of a module,
 * set {@code junit.jupiter.extensions.autodetection.enabled} to {@code true}.
 */
@Documented
@Inherited
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RefusedBindExtension.class)
public @interface ExplainRefusedBinds {}
