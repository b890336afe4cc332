// SPDX-License-Identifier: Apache-2.0
// Signatures: keep 128 numbers instead of a text, and still know how alike two texts are.
#include <cmath>
#include <iostream>

#include "retold/retold.hpp"

int main() {
  std::string a, b;
  for (int i = 0; i < 400; ++i) {
    a += "word" + std::to_string(i) + ' ';
    b += (i % 20 == 7 ? "other" : "word") + std::to_string(i) + ' ';
  }
  const retold::minhasher sign{{.slots = 128}};
  const auto set_a = retold::shingles(a), set_b = retold::shingles(b);
  const auto signature_a = sign(set_a), signature_b = sign(set_b);

  const double exact = retold::overlap(set_a, set_b).jaccard;
  const double estimated = retold::estimate(signature_a, signature_b);
  const double error = retold::standard_error(exact, 128);
  std::cout << "exact " << exact << ", estimated " << estimated << ", standard error " << error << '\n';
  return std::abs(exact - estimated) < 4 * error ? 0 : 1;
}
