-- SPDX-License-Identifier: BSD-2-Clause
--
-- The IRI records of TS 33.108 that libxk writes (tables 7.3 to 7.5), in UmtsHI2Operations and EpsHI2Operations. A part
-- of xk_hi2.lua.

local ber, common = ...
if not common then -- Wireshark has loaded this part by itself
  return
end

local record = {}

local events = {
  [1] = "unfilteredSIPmessage", [2] = "sIPheaderOnly", [3] = "decryptionKeysAvailable",
  [4] = "startOfInterceptionForIMSEstablishedSession",
}
record.types = {[1] = "BEGIN", [2] = "END", [3] = "CONTINUE", [4] = "REPORT"}

record.fields = {
  type = ProtoField.uint8("xkhi2.record.type", "Record", base.DEC, record.types),
  domain = ProtoField.oid("xkhi2.record.domain", "Domain of the module"),
  iri_version = ProtoField.uint8("xkhi2.record.version", "iRIversion"),
  liid = ProtoField.string("xkhi2.record.liid", "lawfulInterceptionIdentifier", base.UNICODE),
  utc_time = ProtoField.string("xkhi2.record.utc_time", "utcTime", base.UNICODE),
  local_time = ProtoField.string("xkhi2.record.local_time", "localTime", base.UNICODE),
  season = ProtoField.uint8("xkhi2.record.season", "winterSummerIndication", base.DEC,
    {[0] = "not provided", [1] = "winter", [2] = "summer"}),
  initiator = ProtoField.uint8("xkhi2.record.initiator", "initiator", base.DEC,
    {[0] = "not-Available", [1] = "originating-Target", [2] = "terminating-Target"}),
  party = ProtoField.none("xkhi2.party", "PartyInformation"),
  qualifier = ProtoField.uint8("xkhi2.party.qualifier", "party-Qualifier", base.DEC, {[3] = "gPRSorEPS-Target"}),
  imei = ProtoField.string("xkhi2.party.imei", "imei"),
  imsi = ProtoField.string("xkhi2.party.imsi", "imsi"),
  msisdn = ProtoField.bytes("xkhi2.party.msisdn", "msISDN"),
  e164 = ProtoField.string("xkhi2.party.e164", "e164-Format", base.UNICODE),
  sip_uri = ProtoField.string("xkhi2.party.sip_uri", "sip-uri", base.UNICODE),
  tel_uri = ProtoField.string("xkhi2.party.tel_uri", "tel-uri", base.UNICODE),
  nai = ProtoField.string("xkhi2.party.nai", "nai", base.UNICODE),
  impi = ProtoField.string("xkhi2.party.impi", "iMPI", base.UNICODE),
  national_size = ProtoField.uint32("xkhi2.record.national_size", "National parameter, octets"),
  correlation_number = ProtoField.string("xkhi2.record.correlation_number", "Correlation number", base.UNICODE),
  operator = ProtoField.string("xkhi2.record.operator", "operator-Identifier", base.UNICODE),
  event = ProtoField.uint8("xkhi2.record.event", "iMSevent", base.DEC, events),
  sip = ProtoField.uint32("xkhi2.sip", "sIPMessage, octets"),
  header_offer = ProtoField.uint32("xkhi2.header_offer", "sipMessageHeaderOffer, octets"),
  header_answer = ProtoField.uint32("xkhi2.header_answer", "sipMessageHeaderAnswer, octets"),
  sdp_offer = ProtoField.uint32("xkhi2.sdp_offer", "sdpOffer, octets"),
  sdp_answer = ProtoField.uint32("xkhi2.sdp_answer", "sdpAnswer, octets"),
  correlation_iri = ProtoField.string("xkhi2.record.correlation_iri", "correlation, iri", base.UNICODE),
  correlation_cc = ProtoField.string("xkhi2.record.correlation_cc", "correlation, cc", base.UNICODE),
  voip_iri = ProtoField.string("xkhi2.voip.iri", "ims-iri", base.UNICODE),
  voip_cc = ProtoField.string("xkhi2.voip.cc", "ims-cc", base.UNICODE),
  key = ProtoField.none("xkhi2.key", "CCKeyInfo"),
  cs_id = ProtoField.bytes("xkhi2.key.cs_id", "cCCSID"),
  key_octets = ProtoField.bytes("xkhi2.key.octets", "cCDecKey"),
  key_length = ProtoField.uint32("xkhi2.key.length", "cCDecKey, masked, octets"),
  salt_octets = ProtoField.bytes("xkhi2.key.salt_octets", "cCSalt"),
  salt_length = ProtoField.uint32("xkhi2.key.salt_length", "cCSalt, masked, octets"),
  failure = ProtoField.uint8("xkhi2.record.failure", "mediaSecFailureIndication", base.DEC, {[0] = "genericFailure"}),
  access_type = ProtoField.string("xkhi2.pani.access_type", "access-Type", base.UNICODE),
  access_class = ProtoField.string("xkhi2.pani.access_class", "access-Class", base.UNICODE),
  network_provided = ProtoField.none("xkhi2.pani.network_provided", "network-Provided"),
  location = ProtoField.string("xkhi2.pani.location", "raw-Location", base.UNICODE),
  roaming = ProtoField.uint8("xkhi2.record.roaming", "roamingIndication", base.DEC, {[1] = "LBO", [2] = "S8HR"}),
  country = ProtoField.string("xkhi2.record.country", "countryCode", base.UNICODE),
}
local f = record.fields

-- Telephony BCD: the low half of an octet first, 15 fills up.
local function as_digits(field)
  return function(tree, element)
    local digits = {}
    for i, octet in ipairs({ber.octets(element):byte(1, 16)}) do
      for k, half in ipairs({octet % 16, math.floor(octet / 16)}) do
        digits[2 * i + k] = half < 15 and ("0123456789*#abc"):sub(half + 1, half + 1) or ""
      end
    end
    local text = ""
    for i = 3, 2 * 17 do
      text = text .. (digits[i] or "")
    end
    tree:add(field, ber.head(element), text)
  end
end

local identities = {
  [1] = as_digits(f.imei), [3] = as_digits(f.imsi), [6] = common.as_octets(f.msisdn), [7] = common.as_text(f.e164),
  [8] = common.as_text(f.sip_uri), [9] = common.as_text(f.tel_uri),
}
local eps_identities = {[10] = common.as_text(f.nai), [13] = common.as_text(f.impi)}
for tag, show in pairs(identities) do
  eps_identities[tag] = show
end

local function parties(tree, element, state)
  local members = {
    [0] = common.as_number(f.qualifier),
    [1] = function(subtree, inner) common.walk(subtree, inner, state.eps and eps_identities or identities) end,
  }
  for party in ber.inside(element) do
    common.walk(tree:add(f.party, ber.head(party)), party, members)
  end
end

local function show_secret(tree, element, state, field, length)
  if state.show_keys then
    tree:add(field, ber.content(element) or ber.head(element))
  else
    tree:add(length, ber.head(element), #ber.octets(element))
  end
end

local function keys(tree, element, state)
  state.keys = 0
  for info in ber.inside(element) do
    state.keys = state.keys + 1
    common.walk(tree:add(f.key, ber.head(info)), info, {
      [1] = common.as_octets(f.cs_id),
      [2] = function(subtree, inner) show_secret(subtree, inner, state, f.key_octets, f.key_length) end,
      [3] = function(subtree, inner) show_secret(subtree, inner, state, f.salt_octets, f.salt_length) end,
    })
  end
end

local function cc_of(field)
  return function(tree, element)
    for cc in ber.inside(element) do
      common.text(tree, field, cc)
    end
  end
end

local iri_to_cc = {[0] = cc_of(f.correlation_cc), [1] = common.as_text(f.correlation_iri)}

local function correlation(tree, element)
  common.walk(tree, element, {
    [0] = function(subtree, inner) common.walk(subtree, inner, iri_to_cc) end,
    [1] = common.as_text(f.correlation_iri),
    [2] = function(subtree, inner)
      common.walk(subtree, inner, {
        [0] = function(deeper, both) common.walk(deeper, both, iri_to_cc) end, [1] = common.as_text(f.correlation_iri),
      })
    end,
  })
end

local function voip(tree, element)
  for entry in ber.inside(element) do
    common.walk(tree, entry, {
      [0] = common.as_text(f.voip_iri),
      [1] = function(subtree, inner) common.walk(subtree, inner, {[0] = cc_of(f.voip_cc)}) end,
    })
  end
end

local function pani(tree, element)
  for entry in ber.inside(element) do
    common.walk(tree, entry, {
      [1] = common.as_text(f.access_type), [2] = common.as_text(f.access_class),
      [3] = function(subtree, inner) subtree:add(f.network_provided, ber.head(inner)) end,
      [4] = function(subtree, inner) common.walk(subtree, inner, {[1] = common.as_text(f.location)}) end,
    })
  end
end

local function time_stamp(tree, element)
  common.walk(tree, element, {
    [0] = function(subtree, inner)
      common.walk(subtree, inner, {[0] = common.as_text(f.local_time), [1] = common.as_number(f.season)})
    end,
    [1] = common.as_text(f.utc_time),
  })
end

local function sip_under(field, in_body)
  return function(tree, element)
    local subtree = tree:add(field, ber.head(element), #ber.octets(element))
    common.sip(subtree, element, in_body)
  end
end

local function domain(tree, element, state)
  local octets = ber.octets(element)
  state.eps = octets:byte(6) == 8
  state.named = octets:sub(1, 5) == "\4\0\2\2\4" and (octets:byte(6) == 1 or octets:byte(6) == 8)
  common.octets(tree, f.domain, element)
end

local parameters = {
  [0] = domain,
  [1] = common.as_text(f.liid),
  [3] = time_stamp,
  [4] = common.as_number(f.initiator),
  [9] = parties,
  [16] = function(tree, element)
    for parameter in ber.inside(element) do
      tree:add(f.national_size, ber.head(parameter), #ber.octets(parameter))
    end
  end,
  [18] = common.as_text(f.correlation_number),
  [23] = common.as_number(f.iri_version),
  [26] = function(tree, element)
    common.walk(tree, element, {[0] = common.as_text(f.operator), [1] = common.network_element})
  end,
  [29] = function(tree, element, state) state.event = common.number(tree, f.event, element) end,
  [30] = sip_under(f.sip, false),
  [35] = correlation,
  [255] = function(tree, element) common.walk(tree, element, {[1] = common.as_text(f.country)}) end,
}

-- What stands under other tags in the other module: Umts, Eps.
local own = {
  {36, 42, keys}, {38, 44, sip_under(f.header_offer, false)}, {39, 45, sip_under(f.header_answer, false)},
  {40, 46, sip_under(f.sdp_offer, true)}, {41, 47, sip_under(f.sdp_answer, true)},
  {44, 50, function(tree, element, state)
    common.number(tree, f.failure, element)
    state.failure = true
  end},
  {45, 56, pani}, {46, 57, voip}, {nil, 76, common.as_number(f.roaming)},
}

local function find(tag, eps)
  if parameters[tag] then
    return parameters[tag]
  end
  for _, row in ipairs(own) do
    if row[eps and 2 or 1] == tag then
      return row[3]
    end
  end
end

-- Writes the parameters inside an element. Returns one line about them.
function record.show(tree, element, type, show_keys)
  local state = {show_keys = show_keys}
  tree:add(f.type, ber.head(element), type)
  for parameter in ber.inside(element) do
    local show = parameter.class == 2 and find(parameter.tag, state.eps)
    if show and (state.named or parameter.tag == 0) then
      show(tree, parameter, state)
    else
      common.skip(tree, parameter)
    end
  end
  local said = record.types[type] or "record"
  said = said .. ", " .. (state.event and (events[state.event] or "event " .. state.event) or "no iMSevent")
  said = said .. (state.keys and string.format(", %d key(s)", state.keys) or "")
  return said .. (state.failure and ", mediaSecFailureIndication" or "")
end

return record
