package inuse.planted.core.explain;

final class InnocentWords {
  private InnocentWords() {}

  static String words() {
    return "systemctl --now, nsenter --net=x, a--max-b and --maximum; inuse freely --";
  }
}
