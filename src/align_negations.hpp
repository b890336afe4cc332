// SPDX-License-Identifier: Apache-2.0
#pragma once
// Words that deny, folded: a statement and its denial are made of the same words but for these. Left out are words that are
// frequent as something else (won’t, don’t, mai, sin; French ne, which comes with pas). Not part of the public interface.

#include <string_view>

namespace retold::alignment {

inline constexpr std::string_view negations[] = {
    "not",    "no",     "never", "none",    "nobody", "nothing", "neither", "nor",     "without", "cannot", "didn",
    "doesn",  "isn",    "wasn",  "weren",   "aren",   "couldn",  "wouldn",  "shouldn", "hasn",    "haven",  "hadn",
    "pas",    "jamais", "aucun", "aucune",  "sans",   "ni",      "rien",    "nicht",   "kein",    "keine",  "keinen",
    "keinem", "keiner", "nie",   "niemals", "ohne",   "nunca",   "nao",     "ningun",  "ninguna", "nadie",  "non",
    "niet",   "geen",   "inte",  "не",      "нет",    "без",     "никогда", "لا",      "لم",      "لن",     "ليس",
    "ليست",   "不",     "没",    "沒",      "未",     "無",      "无",
};

}  // namespace retold::alignment
