#include <retold.h>
#include <stdio.h>

int main(void) {
  const retold_text texts[] = {retold_string("The ferry to Torvik is late because of the ice on the fjord"),
                               retold_string("The ferry to Torvik is late, because of the ice on the fjord!")};
  retold_verdict verdicts[2];
  if (retold_dedup(texts, 2, NULL, verdicts) != RETOLD_OK) {
    fprintf(stderr, "%s\n", retold_last_error());
    return 1;
  }
  printf("the second is %s\n", verdicts[1].of == 1 ? "new" : "a copy of the first");
}
