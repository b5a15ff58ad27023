package inuse.spring.boot;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;

/** What would be said without us: by Spring Boot, or by the application's own analyzers. */
final class OtherAnalyzers {
  private OtherAnalyzers() {}

  /**
   * What the first of them says that has something to say; they are made as Spring Boot makes them.
   */
  static Optional<FailureAnalysis> analyze(
      Throwable failure, @Nullable BeanFactory beans, @Nullable Environment environment) {
    ArgumentResolver arguments = ArgumentResolver.none();
    if (beans != null) {
      arguments = arguments.and(BeanFactory.class, beans);
    }
    if (environment != null) {
      arguments = arguments.and(Environment.class, environment);
    }
    // Spring Boot has logged already which of them it could not make.
    FailureHandler silent = (_type, _name, _failure) -> {};
    for (FailureAnalyzer analyzer :
        SpringFactoriesLoader.forDefaultResourceLocation(
                RefusedBindFailureAnalyzer.class.getClassLoader())
            .load(FailureAnalyzer.class, arguments, silent)) {
      if (!(analyzer instanceof RefusedBindFailureAnalyzer)) {
        FailureAnalysis analysis = analyzer.analyze(failure);
        if (analysis != null) {
          return Optional.of(analysis);
        }
      }
    }
    return Optional.empty();
  }
}
