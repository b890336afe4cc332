/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RETOLD_H
#define RETOLD_H
/*
 * retold for C, and for every language that can call C.
 *
 *   retold_clustering* found = NULL;
 *   if (retold_cluster(documents, count, NULL, &found) != RETOLD_OK) {
 *     fprintf(stderr, "%s\n", retold_last_error());
 *     return 1;
 *   }
 *   for (size_t i = 0; i < retold_clustering_size(found); ++i) {
 *     const retold_group story = retold_clustering_group(found, i);
 *     printf("%zu  %.*s\n", story.count, (int)story.title.size, story.title.data);
 *   }
 *   retold_clustering_free(found);
 *
 * The same engine and the same answers as in C++ (retold/retold.hpp), where the headers say what each thing means.
 *
 * Failure: what can fail returns a status; retold_last_error() says what is wrong and what to do about it. Where it is not RETOLD_OK
 * nothing has been written to where results go. No exception crosses this border.
 *
 * Memory: texts are bytes and a size, UTF-8, with no need of an end; invalid bytes count as U+FFFD. What goes in is borrowed for
 * the call. What comes out belongs to the handle that it was asked of, and lasts as long. A handle is released by its own _free,
 * which takes NULL, too.
 *
 * Options: names and values as text, those of the command line: "level" = "near", "threshold" = "0.7". NULL for all defaults.
 * What a function does not know, or what has no effect at the level asked for, is refused (RETOLD_ERROR_OPTION) and never
 * ignored. "threads" = "0" is all cores.
 *
 * Threads: results may be read from any number of threads; options and an index may be used by several, as long as one at a time
 * changes them. What retold_last_error() says is of the calling thread.
 */
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define RETOLD_API __attribute__((visibility("default")))
#else
#define RETOLD_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef enum retold_status {
  RETOLD_OK = 0,
  RETOLD_ERROR_OPTION = 1, /* a value out of range, or of no meaning here */
  RETOLD_ERROR_INPUT = 2,  /* something that should be read cannot be */
  RETOLD_ERROR_OUTPUT = 3, /* something that should be written cannot be */
  RETOLD_ERROR_MEMORY = 4,
  RETOLD_ERROR_OTHER = 5
} retold_status;

/* Of the calling thread, until its next call that fails; "" before the first. Never NULL. */
RETOLD_API const char* retold_last_error(void);

RETOLD_API const char* retold_version(void);       /* "0.1.0" */
RETOLD_API int retold_signature_version(void);     /* signatures of different versions must not be compared */

typedef struct retold_text {
  const char* data; /* may be NULL where size is 0 */
  size_t size;      /* bytes */
} retold_text;

RETOLD_API retold_text retold_string(const char* terminated); /* a view of it; of NULL the empty one */

/* ── Options ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct retold_options retold_options;

RETOLD_API retold_options* retold_options_new(void); /* NULL: out of memory */
RETOLD_API void retold_options_free(retold_options* options);

/* A later value takes the place of an earlier one. Values are looked at when the options are used. */
RETOLD_API retold_status retold_options_set(retold_options* options, const char* name, const char* value);

/* ── Groups of documents ──────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct retold_document {
  retold_text id;    /* empty: its place among the documents, from 0 */
  retold_text text;  /* what a reader sees */
  retold_text title; /* this and all that follows may be empty */
  retold_text date;  /* ISO 8601 */
  retold_text source;
  retold_text language; /* BCP 47 */
} retold_document;

typedef struct retold_clustering retold_clustering;

typedef struct retold_group {
  const char* level; /* "exact", "near", "story" or "topic" */
  retold_text title; /* of the representative */
  const size_t* documents;
  size_t count;          /* of them; as they stood in the call, from 0, ascending */
  size_t representative; /* the document most like the others */
  double cohesion;
} retold_group;

/*
 * Stories, copies or topics: every document is in one group. Options: level (story), preset, shingle, sketch, slots, recall,
 * threshold (in the measure of its level; not for exact), window (days), passages ("yes", "no"), threads.
 */
RETOLD_API retold_status retold_cluster(const retold_document* documents, size_t count, const retold_options* options,
                                        retold_clustering** found);
RETOLD_API void retold_clustering_free(retold_clustering* found);
RETOLD_API size_t retold_clustering_size(const retold_clustering* found);                     /* groups, the largest first */
RETOLD_API retold_group retold_clustering_group(const retold_clustering* found, size_t index); /* below that size */

/* The whole result: passages with their offsets, links with their reasons, related groups; docs/format.md. */
RETOLD_API retold_status retold_clustering_json(retold_clustering* found, retold_text* json);
RETOLD_API retold_status retold_clustering_html(retold_clustering* found, retold_text* page);

/* ── Two documents ────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct retold_comparison retold_comparison;

typedef struct retold_range {
  size_t begin, end; /* bytes of the text (or the title) as it was given */
  int in_title; /* also where there is no text, and the title stands for it */
} retold_range;

typedef struct retold_passage {
  const char* kind; /* "identical", "shared", "paraphrased" or "related" */
  double score;     /* estimated probability that both sides state the same */
  retold_range a, b;
} retold_passage;

typedef struct retold_similarity {
  double jaccard, containment_a, containment_b; /* of shingles */
  double simhash;                               /* estimated cosine */
} retold_similarity;

/* Options: preset, shingle, spans ("yes": the longest spans of reuse in place of sentences). */
RETOLD_API retold_status retold_compare(const retold_document* a, const retold_document* b, const retold_options* options,
                                        retold_comparison** found);
RETOLD_API void retold_comparison_free(retold_comparison* found);
RETOLD_API retold_similarity retold_comparison_similarity(const retold_comparison* found);
RETOLD_API size_t retold_comparison_size(const retold_comparison* found);                         /* passages */
RETOLD_API retold_passage retold_comparison_passage(const retold_comparison* found, size_t index); /* below that size */
RETOLD_API retold_status retold_comparison_json(retold_comparison* found, retold_text* json);
RETOLD_API retold_status retold_comparison_html(retold_comparison* found, retold_text* page);

/* ── What is new of many texts ────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct retold_verdict {
  size_t of;         /* the text that it is a duplicate of; its own place if it is kept */
  double similarity; /* to that one: Jaccard of shingles */
  int exact;         /* the same words in the same order */
} retold_verdict;

/*
 * Each text joins the earliest kept one within the threshold, or is kept. `into`: one for each text. Options: level (near),
 * threshold (0.8), preset, shingle, sketch, slots, recall, verify, threads.
 */
RETOLD_API retold_status retold_dedup(const retold_text* texts, size_t count, const retold_options* options,
                                      retold_verdict* into);

/* ── Signatures ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* The MinHash signature of a text's shingles: `slots` values, the same as everywhere in retold. Options: preset, shingle. */
RETOLD_API retold_status retold_minhash(retold_text text, const retold_options* options, uint64_t* into, size_t slots);

/* The Jaccard similarity of the two sets, estimated; 0 where one is empty. */
RETOLD_API double retold_minhash_estimate(const uint64_t* a, const uint64_t* b, size_t slots);

/* ── What has been seen: an index that lasts ──────────────────────────────────────────────────────────────────────────── */

typedef struct retold_index retold_index;

typedef enum retold_index_status { RETOLD_NEW = 0, RETOLD_EXACT = 1, RETOLD_NEAR = 2, RETOLD_STORY = 3 } retold_index_status;

typedef struct retold_entry {
  retold_text id; /* empty: it has none */
  retold_text text;
  retold_text title;   /* counts at level story */
  const int64_t* date; /* seconds since 1970-01-01 UTC; NULL: none */
} retold_entry;

typedef struct retold_index_verdict {
  retold_index_status status;
  uint64_t number;   /* of the document that it repeats, or is; 0: without words, not kept */
  retold_text of;    /* its id */
  retold_text story; /* at level story: the id of the article that opened its story */
  double similarity;
  int repeated;   /* it had been added before: nothing has changed */
  int changed_id; /* its id came before with other words */
} retold_index_verdict;

typedef struct retold_index_match {
  retold_text id, scope, story;
  uint64_t number;
  retold_index_status status;
  double similarity;
  int64_t arrived; /* seconds since 1970-01-01 UTC */
} retold_index_match;

/*
 * Opens the index in that folder, or makes one. Options it is made with: level (near), threshold (0.8), shingle, preset, slots,
 * recall, store-text ("yes", "no"), window, story-threshold; for one that is there they must be as it was made, where they are given.
 * How it is used: memory ("1G"), threads, sync ("yes", "no"), access ("write", "read": one that is there, also beside a writer).
 */
RETOLD_API retold_status retold_index_open(const char* folder, const retold_options* options, retold_index** opened);
RETOLD_API void retold_index_free(retold_index* index); /* and closes it */

/*
 * Judges the entries one after the other and keeps what is new; they are kept when it returns. `scope`: NULL for "default".
 * `now`: seconds since 1970-01-01 UTC. `into`: one for each entry; its texts last until the next call of this function.
 */
RETOLD_API retold_status retold_index_add(retold_index* index, const retold_entry* entries, size_t count, const char* scope,
                                          int64_t now, retold_index_verdict* into);

typedef struct retold_matches retold_matches;

/* What is like a text, or what is known of an id, in all scopes; changes nothing. */
RETOLD_API retold_status retold_index_query(const retold_index* index, const retold_entry* entry, retold_matches** found);
RETOLD_API retold_status retold_index_find(const retold_index* index, retold_text id, retold_matches** found);
RETOLD_API void retold_matches_free(retold_matches* found);
RETOLD_API size_t retold_matches_size(const retold_matches* found);
RETOLD_API retold_index_match retold_matches_at(const retold_matches* found, size_t index); /* below that size */

/* `removed`: how many documents there were; may be NULL. */
RETOLD_API retold_status retold_index_remove(retold_index* index, const retold_text* ids, size_t count, uint64_t* removed);
RETOLD_API retold_status retold_index_expire(retold_index* index, int64_t before, uint64_t* removed);
RETOLD_API retold_status retold_index_compact(retold_index* index);
RETOLD_API retold_status retold_index_size(const retold_index* index, uint64_t* documents);

#ifdef __cplusplus
}
#endif

#endif
