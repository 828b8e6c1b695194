import { oneOf, type AbsenceLanguage } from './language.ts';

export const PORTUGUESE: AbsenceLanguage = {
  subject: oneOf(
    String.raw`fora do escritorio`,
    String.raw`(?:mensagem|aviso) de ausencia`,
    String.raw`ausen(?:te|cia)\b`,
    String.raw`(?:estou )?(?:de )?ferias\b`,
    String.raw`estou ausente`,
  ),
  says: oneOf(
    String.raw`fora do (?:escritorio|pais)`,
    String.raw`(?:estou|estarei|encontro-me|estamos|estaremos|me encontro) (?:atualmente |de momento |neste momento )?(?:ausente|fora|de (?:ferias|licenca|baixa|folga)|em (?:viagem|ferias|licenca)|a viajar|viajando|sem acesso|indisponivel)`,
    String.raw`ausente (?:do|ate|de|por|entre)`,
    String.raw`(?:durante|na) (?:a )?minha ausencia`,
    String.raw`acesso limitado (?:a|ao)`,
    String.raw`(?:escritorio|empresa|escritorios) (?:esta|estara|estarao|estao) (?:encerrad|fechad)`,
    String.raw`de ferias (?:ate|de|entre|e)`,
    String.raw`licenca (?:de )?(?:maternidade|paternidade|parental)`,
    String.raw`nao (?:estou|estarei|estamos|me encontro) (?:[a-z]{1,14} ){0,2}(?:no escritorio|disponivel|contactavel)`,
    String.raw`(?:encerrad|fechad)[oa]s? para`,
    String.raw`(?:estou|estarei|vou estar|encontro-me) (?:[a-z]{1,14} ){0,2}(?:de (?:ferias|baixa|licenca|folga)|doente|em (?:viagem|formacao|licenca)|num[a]? (?:feira|congresso|formacao|evento))`,
    String.raw`(?:pouco|sem) acesso (?:a|ao)`,
  ),
  hints: oneOf(
    String.raw`(?:ferias|doente|doenca|viagem|viajando|viajar|formacao|feira|congresso|feriado)\b`,
    String.raw`(?:recesso|licenca|baixa|folga|ausen[a-z]*|meu regresso|encerrad[oa]s?|fechad[oa]s?)\b`,
    String.raw`(?:maternidade|paternidade|operad[oa]|hospital|recuperacao|ponte|reabr[a-z]*)\b`,
    String.raw`(?:indisponivel)\b`,
  ),
  templates: [
    /\b(?:contacte|contate|dirija-se|contactar|pode (?:contactar|contatar|escrever))/,
    /\b(?:obrigad[oa] (?:pel[oa]|por)|agradeco (?:o|a))/,
    /\burgen(?:tes?|cias?)\b/,
    /\b(?:mensagem|resposta) automatica/,
    /\bnao (?:sera|serao) (?:reencaminhad|encaminhad|lid)[oa]s?/,
    /\b(?:responderei|retornarei)[^.!?]{0,50}\b(?:regresso|regressar|voltar|retorno|possivel)/,
    /\b(?:acesso (?:muito )?limitado|pouco acesso|sem acesso)\b/,
  ],
  asides: oneOf(
    String.raw`(?:urgen(?:te|tes|cias?)|entretanto|enquanto isso)\b`,
    String.raw`(?:contac?t(?:e|em|ar)|dirij[a-z]*|escrev(?:a|am|er) para|ligu(?:e|em) para|qualquer (?:assunto|questao)|me substitui|substitui[a-z]*|fica encarregad[oa]|trata dos|em meu lugar)\b`,
    String.raw`(?:responderei|responderemos|respondo|respondemos|lerei|retornarei)\b`,
    String.raw`(?:(?:leio|consulto|vejo)[^?]{0,25}(?:e-?mails?|correio|mensagens)|(?:mensagens|e-?mails?) (?:nao|sera|serao)|acesso|(?:no|ao|apos o) (?:meu |nosso )?regresso)\b`,
    String.raw`(?:automatica|dia util|dias uteis|nao trabalho|tempo parcial|horario|reabr[a-z]*)\b`,
    String.raw`(?:volto|voltamos|voltarei|voltaremos|regresso|regressamos|regressarei|retorno|ferias|encerrad[oa]s?|fechad[oa]s?|ausen[a-z]*)\b`,
  ),
  courtesies: oneOf(
    String.raw`(?:ola|oi|bom dia|boa (?:tarde|noite)|car[oa]s?|prezad[oa]s?|exm[oa]s?|obrigad[oa]|agradec[a-z]*|cumprimentos|(?:melhores|com os) |atenciosamente|abracos?|boas festas|feliz|desculp[a-z]*|lament[a-z]*)\b[^?]*`,
  ),
  answers: oneOf(
    String.raw`(?:estive|estivemos|estava|acabei de|tenho estado|cheguei)\b`,
    String.raw`(?:ele|ela|(?:o|a) (?:meu|minha|nosso|nossa) (?:chefe|soci[oa]|diretor[a]?|colega|gerente)) (?:esta|estara|volta|regressa)\b`,
    String.raw`(?:meu chefe|minha chefe|meu socio|minha socia)\b`,
    String.raw`(?:sim|de acordo|interess[a-z]*|orcamento|preco|contrato|proposta|oferta|numeros|em principio|reuniao|demo|prefir[oa]|melhor|convem)\b`,
    String.raw`(?:vejo (?:os|o que|isso)|digo|ligo-?lhe|envie-?me|falo com)\b`,
  ),
};
