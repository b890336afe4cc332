// SPDX-License-Identifier: Apache-2.0
#include "binding.hpp"

#include <algorithm>
#include <vector>

#include "retold/error.hpp"

namespace nb = nanobind;

namespace retold::python {

nb::object text_of(std::string_view bytes, const char* odd) {
  PyObject* const out = PyUnicode_DecodeUTF8(bytes.data(), static_cast<Py_ssize_t>(bytes.size()), odd);
  if (out == nullptr) throw nb::python_error();
  return nb::steal(out);
}

nb::list pairs_of(const std::vector<skipped_input>& inputs) {
  nb::list out;
  for (const skipped_input& each : inputs) out.append(nb::make_tuple(text_of(each.input, name_of_file), text_of(each.reason)));
  return out;
}

void said::refuse(const char* name, nb::handle value, const char* wanted, bool whole) {
  const std::string shown = std::string(name) + ": " + nb::repr(value).c_str();
  if (whole && PyIndex_Check(value.ptr()) != 0) throw nb::value_error((shown + " is out of range").c_str());
  throw nb::type_error((shown + " is not " + wanted).c_str());
}

void said::put_memory(std::uint64_t& to) const {
  std::string size;
  if (!options_.contains("memory")) return;
  if (nb::try_cast<std::string>(options_["memory"], size))
    to = bytes_of(size);
  else
    put("memory", to);
}

std::size_t said::one_of(std::string_view name, std::string_view value, std::initializer_list<std::string_view> words) {
  const auto found = std::find(words.begin(), words.end(), value);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  std::string all;
  for (const std::string_view& word : words)
    all += (all.empty() ? "" : &word + 1 == words.end() ? " or " : ", ") + std::string(word);
  throw error(error_kind::option, std::string(name) + " '" + std::string(value) + "' is not " + all);
}

void said::refuse_idle(level at) const {
  std::vector<std::string> names;
  for (const auto& [name, value] : options_) names.push_back(nb::cast<std::string>(name));
  refuse_idle_options(at, names);
}

}  // namespace retold::python
