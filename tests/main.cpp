// SPDX-License-Identifier: Apache-2.0
// A test case that executed no assertion is a failure, and so is a run of none: a filter that matches nothing must not look
// like success.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <iostream>

namespace {
struct assertion_count : doctest::IReporter {
  static inline int asserts = 0;
  static inline bool idle_case = false;
  const char* name = "";
  explicit assertion_count(const doctest::ContextOptions&) {}
  void report_query(const doctest::QueryData&) override {}
  void test_run_start() override {}
  void test_run_end(const doctest::TestRunStats& stats) override { asserts = stats.numAsserts; }
  void test_case_start(const doctest::TestCaseData& data) override { name = data.m_name; }
  void test_case_reenter(const doctest::TestCaseData&) override {}
  void test_case_end(const doctest::CurrentTestCaseStats& stats) override {
    if (stats.numAssertsCurrentTest != 0) return;
    idle_case = true;
    std::cerr << "no assertion was reached in: " << name << '\n';
  }
  void test_case_exception(const doctest::TestCaseException&) override {}
  void subcase_start(const doctest::SubcaseSignature&) override {}
  void subcase_end() override {}
  void log_assert(const doctest::AssertData&) override {}
  void log_message(const doctest::MessageData&) override {}
  void test_case_skipped(const doctest::TestCaseData&) override {}
};
REGISTER_LISTENER("assertion_count", 1, assertion_count);
}  // namespace

int main(int argc, char** argv) {
  doctest::Context context(argc, argv);
  const int result = context.run();
  if (context.shouldExit()) return result;
  return result != 0 ? result : (assertion_count::asserts == 0 || assertion_count::idle_case ? 2 : 0);
}
