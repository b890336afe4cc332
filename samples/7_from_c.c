/* SPDX-License-Identifier: Apache-2.0 */
/* The same engine from C: two articles side by side, then what is new of a feed. */
#include <inttypes.h>
#include <stdio.h>

#include "retold.h"

static int failed(const char* what) {
  fprintf(stderr, "%s: %s\n", what, retold_last_error());
  return 1;
}

static int compare_two(void) {
  const retold_document a = {.text = retold_string("The museum of Lindholm reopens on Sunday after two years of repairs. "
                                                   "Its new wing shows forty ships that were found in the harbour.")};
  const retold_document b = {.text = retold_string("Forty ships found in the harbour can be seen in the new wing. "
                                                   "After two years of repairs, the museum of Lindholm reopens on Sunday.")};
  retold_comparison* found = NULL;
  if (retold_compare(&a, &b, NULL, &found) != RETOLD_OK) return failed("compare");
  for (size_t i = 0; i < retold_comparison_size(found); ++i) {
    const retold_passage p = retold_comparison_passage(found, i);
    printf("%s %.2f: %.*s\n", p.kind, p.score, (int)(p.a.end - p.a.begin), a.text.data + p.a.begin);
  }
  retold_comparison_free(found);
  return 0;
}

static int what_is_new(const char* folder) {
  const char* const feed[] = {"The ferry to Torvik is late again because of the ice on the fjord",
                              "The ferry to Torvik is late again, because of the ice on the fjord!",
                              "A bakery in Lindholm sells bread by the metre"};
  enum { many = sizeof feed / sizeof *feed };
  retold_index* seen = NULL;
  if (retold_index_open(folder, NULL, &seen) != RETOLD_OK) return failed("index");
  retold_entry entries[many] = {{.id = {0}}};
  retold_index_verdict verdicts[many];
  for (int i = 0; i < many; ++i) entries[i].text = retold_string(feed[i]);
  if (retold_index_add(seen, entries, many, NULL, 0, verdicts) != RETOLD_OK) return failed("add");
  for (int i = 0; i < many; ++i)
    printf("%s of %.*s\n", verdicts[i].status == RETOLD_NEW ? "new" : "copy", (int)verdicts[i].of.size, verdicts[i].of.data);
  uint64_t documents = 0;
  if (retold_index_size(seen, &documents) != RETOLD_OK) return failed("size");
  printf("%" PRIu64 " documents\n", documents);
  retold_index_free(seen);
  return 0;
}

int main(int argc, char** argv) {
  printf("retold %s\n", retold_version());
  return compare_two() || (argc > 1 && what_is_new(argv[1]));
}
