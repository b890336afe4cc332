// SPDX-License-Identifier: Apache-2.0
#pragma once
// Numbers in words, folded: two to twenty, the tens and hundred in English, French, German and Spanish; and what stands behind
// a figure and multiplies it. Words that are frequent as something else are left out: once (eleven, Spanish), tres (French
// très). Not part of the public interface.

#include <string_view>

namespace retold::alignment {

struct named_number {
  std::string_view word;
  double value;
};

inline constexpr named_number number_words[] = {
    {"two", 2},        {"three", 3},       {"four", 4},       {"five", 5},        {"six", 6},       {"seven", 7},
    {"eight", 8},      {"nine", 9},        {"ten", 10},       {"eleven", 11},     {"twelve", 12},   {"thirteen", 13},
    {"fourteen", 14},  {"fifteen", 15},    {"sixteen", 16},   {"seventeen", 17},  {"eighteen", 18}, {"nineteen", 19},
    {"twenty", 20},    {"thirty", 30},     {"forty", 40},     {"fifty", 50},      {"sixty", 60},    {"seventy", 70},
    {"eighty", 80},    {"ninety", 90},     {"hundred", 100},  {"deux", 2},        {"trois", 3},     {"quatre", 4},
    {"cinq", 5},       {"sept", 7},        {"huit", 8},       {"neuf", 9},        {"dix", 10},      {"onze", 11},
    {"douze", 12},     {"treize", 13},     {"quatorze", 14},  {"quinze", 15},     {"seize", 16},    {"vingt", 20},
    {"vingts", 20},    {"trente", 30},     {"quarante", 40},  {"cinquante", 50},  {"soixante", 60}, {"septante", 70},
    {"nonante", 90},   {"cent", 100},      {"cents", 100},    {"zwei", 2},        {"drei", 3},      {"vier", 4},
    {"funf", 5},       {"sechs", 6},       {"sieben", 7},     {"acht", 8},        {"neun", 9},      {"zehn", 10},
    {"elf", 11},       {"zwolf", 12},      {"dreizehn", 13},  {"vierzehn", 14},   {"funfzehn", 15}, {"sechzehn", 16},
    {"siebzehn", 17},  {"achtzehn", 18},   {"neunzehn", 19},  {"zwanzig", 20},    {"dreissig", 30}, {"vierzig", 40},
    {"funfzig", 50},   {"sechzig", 60},    {"siebzig", 70},   {"achtzig", 80},    {"neunzig", 90},  {"hundert", 100},
    {"dos", 2},        {"cuatro", 4},      {"cinco", 5},      {"seis", 6},        {"siete", 7},     {"ocho", 8},
    {"nueve", 9},      {"diez", 10},       {"doce", 12},      {"trece", 13},      {"catorce", 14},  {"quince", 15},
    {"dieciseis", 16}, {"diecisiete", 17}, {"dieciocho", 18}, {"diecinueve", 19}, {"veinte", 20},   {"treinta", 30},
    {"cuarenta", 40},  {"cincuenta", 50},  {"sesenta", 60},   {"setenta", 70},    {"ochenta", 80},  {"noventa", 90},
    {"cien", 100},     {"ciento", 100},
};

// Whole words. "mil millones" are both.
inline constexpr named_number scale_words[] = {
    {"thousand", 1e3},   {"tausend", 1e3},   {"mille", 1e3},    {"mil", 1e3},       {"mila", 1e3},      {"тыс", 1e3},
    {"ألف", 1e3},        {"آلاف", 1e3},      {"千", 1e3},       {"lakh", 1e5},      {"lakhs", 1e5},     {"crore", 1e7},
    {"crores", 1e7},     {"million", 1e6},   {"millions", 1e6}, {"millionen", 1e6}, {"mio", 1e6},       {"mn", 1e6},
    {"mln", 1e6},        {"millon", 1e6},    {"millones", 1e6}, {"milione", 1e6},   {"milioni", 1e6},   {"milhao", 1e6},
    {"milhoes", 1e6},    {"miljoen", 1e6},   {"miljoner", 1e6}, {"млн", 1e6},       {"مليون", 1e6},     {"ملايين", 1e6},
    {"billion", 1e9},    {"billions", 1e9},  {"bn", 1e9},       {"milliard", 1e9},  {"milliards", 1e9}, {"milliarde", 1e9},
    {"milliarden", 1e9}, {"mrd", 1e9},       {"miliardo", 1e9}, {"miliardi", 1e9},  {"miljard", 1e9},   {"bilhao", 1e9},
    {"bilhoes", 1e9},    {"млрд", 1e9},      {"مليار", 1e9},    {"مليارات", 1e9},   {"trillion", 1e12}, {"trillions", 1e12},
    {"billionen", 1e12}, {"billones", 1e12}, {"трлн", 1e12},    {"万", 1e4},        {"萬", 1e4},        {"만", 1e4},
    {"億", 1e8},         {"亿", 1e8},        {"억", 1e8},       {"兆", 1e12},
};

// Of words that are inflected.
inline constexpr named_number scale_beginnings[] = {
    {"тысяч", 1e3}, {"миллион", 1e6}, {"мильон", 1e6}, {"миллиард", 1e9}, {"триллион", 1e12}};

// Written at the figure or behind it, and only of money: £18m, 18 M€, 18 Md€.
inline constexpr named_number money_scales[] = {{"k", 1e3}, {"m", 1e6}, {"md", 1e9}, {"mds", 1e9}, {"b", 1e9}};

}  // namespace retold::alignment
