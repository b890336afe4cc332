// SPDX-License-Identifier: Apache-2.0
#pragma once
// All numbers that decide what a span is, in one place, so that bench/quality/choose_spans.py can try others: it chose them on
// the PAN-2013 pairs and says how those chosen on either half do on the other. The optimum is flat. Two are judgements that
// those long documents do not feel: `background` and `least_share` are for short ones. Lengths are in words; a character of a
// script without spaces is a third of one. Not part of the public interface.

#include <cstdint>

namespace retold::spanning {

struct constants {
  // Units: sentences, the longer ones cut into equal parts of so many words at most.
  double unit_words = 40;
  // Rarity of a word is counted over the units of both texts, and over so many more in which it occurs as often as words of its
  // length do: two short texts alone do not tell which of their words are common.
  double background = 10;

  // Seeds: pairs of units whose tf-idf vectors have this cosine, and whose sets of words this Dice coefficient.
  double seed_cosine = 0.25;
  double seed_dice = 0.25;

  // Pieces: seeds with no more units than this between them, on either side.
  double gap = 4;

  // Edges: what a word without counterpart costs, as a share of what one with a counterpart brings; and how near (in words) an
  // edge must lie to that of a unit to be moved there.
  double miss = 0.3;
  double snap = 5;

  // A span's least evidence (on the weaker side), times the logarithm of the number of units.
  double evidence = 6;
  double least_words = 25;   // on either side, if the user says nothing else;
  double least_share = 0.1;  // where this part of the shorter text is less, that

  // Copied: runs of equal words, joined over gaps of so many words, one of which has so many by itself.
  double run_words = 8;
  double run_gap = 10;
  double copied_words = 43;
  double copied_share = 0.6;  // of a piece's evidence, above which copied runs within tell its edges

  // Digests: a stretch whose units' best seeds stand scattered over several times as many words of the other text.
  double digest_cosine = 0.27;
  double digest_dice = 0.27;
  double digest_gap = 3;
  double digest_whole = 0.25;  // cosine of both sides
  double digest_words = 50;
  double digest_ratio = 3;

  // Two spans share no more than this part of the shorter one on either side.
  double overlap = 0.3;
};

}  // namespace retold::spanning
