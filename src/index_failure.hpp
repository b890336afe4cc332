// SPDX-License-Identifier: Apache-2.0
#pragma once
// The first write to an index that failed, in the foreground or not. There is none after it: the engine's own checks would end
// the process (7.8), or it would go on with a log that it cannot read again. (Part of index.)

#include <rocksdb/listener.h>

#include <mutex>

namespace retold {

class first_failure : public rocksdb::EventListener {
 public:
  void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* why) override { keep(*why); }
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status, bool* by_itself) override { *by_itself = false; }
  void keep(const rocksdb::Status& why) {
    const std::scoped_lock lock(guard_);
    if (first_.ok()) first_ = why;
  }
  rocksdb::Status get() const {
    const std::scoped_lock lock(guard_);
    return first_;
  }

 private:
  mutable std::mutex guard_;
  rocksdb::Status first_;
};

}  // namespace retold
